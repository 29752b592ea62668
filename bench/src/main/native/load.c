/*
 * The load of the benchmarks: makes packets and transactions, and counts what comes of them.
 *
 *   load blast  -i IF -m MAC -M MAC -s IP -d IP -t MS [-c FLOWS] [-r RATE]
 *                                           64-byte UDP frames, RATE per second or as fast as it goes
 *   load sink   -i IF -t MS [-w MS] [-c FLOWS]                     counts what arrives at the interface
 *   load serve  [-u] [-c CONNECTIONS]                              answers rr and crr until killed
 *   load rr     -d IP -t MS [-u] [-c CONNECTIONS] [-o OUTSTANDING] one-byte transactions
 *   load crr    -d IP -t MS [-o OUTSTANDING]                       connect, one transaction, close
 *
 * Results are one line of key=value words on standard output. Built with: gcc -O2 -o load load.c
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <netinet/tcp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum {
  FRAME = 60, /* 64 bytes with the frame check sequence */
  BATCH = 64,
  PORT = 7007,
  BLAST_PORT = 7107,
  FLOWS_PER_PORT = 50000,
  FIRST_SOURCE_PORT = 10000,
  EVENTS = 256
};

static const char *interface_name = "", *source_mac = "", *target_mac = "", *source = "", *target = "";
static long millis = 1000, warm_millis = 200, rate;
static int flows = 1, outstanding = 1, udp;

static void fail(const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  vfprintf(stderr, format, arguments);
  va_end(arguments);
  fputc('\n', stderr);
  exit(1);
}

static int must(int value, const char *what) {
  if (value < 0) fail("%s: %s", what, strerror(errno));
  return value;
}

static uint64_t now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (uint64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static void pause_millis(long duration) {
  struct timespec t = {duration / 1000, duration % 1000 * 1000000};
  nanosleep(&t, NULL);
}

static void say_ready(void) {
  puts("ready");
  fflush(stdout);
}

/* ---- histogram: 64 steps per power of two, so that a value is off by less than 1 % ---- */

static uint64_t histogram[64 * 128], samples;

static void record(uint64_t nanos) {
  int power = nanos < 128 ? 0 : 57 - __builtin_clzll(nanos);
  histogram[power * 128 + (nanos >> power)]++;
  samples++;
}

static double percentile_micros(double share) {
  uint64_t wanted = samples * share, seen = 0;
  for (int i = 0; i < 64 * 128; i++) {
    seen += histogram[i];
    if (seen > wanted) {
      int power = i / 128;
      return (((uint64_t)(i % 128) << power) + (1UL << power) / 2) / 1e3;
    }
  }
  return 0;
}

static void say_transactions(uint64_t elapsed) {
  printf("transactions=%lu nanos=%lu p50=%.2f p99=%.2f p999=%.2f\n", samples, elapsed,
         percentile_micros(0.5), percentile_micros(0.99), percentile_micros(0.999));
}

/* ---- blast and sink ---- */

static uint16_t ip_checksum(const uint8_t *header) {
  uint32_t sum = 0;
  for (int i = 0; i < 20; i += 2) sum += header[i] << 8 | header[i + 1];
  while (sum >> 16) sum = (sum & 0xffff) + (sum >> 16);
  return htons(~sum);
}

static void build(uint8_t *frame) {
  memset(frame, 0, FRAME);
  for (int i = 0; i < 6; i++) {
    frame[i] = strtol(target_mac + 3 * i, NULL, 16);
    frame[6 + i] = strtol(source_mac + 3 * i, NULL, 16);
  }
  frame[12] = 8;
  uint8_t *ip = frame + 14;
  ip[0] = 0x45;
  ip[3] = FRAME - 14;
  ip[6] = 0x40;
  ip[8] = 64;
  ip[9] = 17;
  if (inet_pton(AF_INET, source, ip + 12) != 1 || inet_pton(AF_INET, target, ip + 16) != 1)
    fail("blast needs -s and -d with IPv4 addresses");
  uint16_t sum = ip_checksum(ip);
  memcpy(ip + 10, &sum, 2);
  ip[25] = FRAME - 34; /* UDP length; a UDP checksum of 0 means none */
}

static void blast(void) {
  int s = must(socket(AF_PACKET, SOCK_RAW, 0), "AF_PACKET socket");
  struct sockaddr_ll to = {.sll_family = AF_PACKET, .sll_halen = 6};
  to.sll_ifindex = if_nametoindex(interface_name);
  if (!to.sll_ifindex) fail("interface %s: %s", interface_name, strerror(errno));
  must(bind(s, (struct sockaddr *)&to, sizeof to), "bind");
  int one = 1;
  setsockopt(s, SOL_PACKET, PACKET_QDISC_BYPASS, &one, sizeof one);
  static uint8_t frames[BATCH][FRAME];
  struct iovec parts[BATCH];
  struct mmsghdr messages[BATCH];
  memset(messages, 0, sizeof messages);
  for (int i = 0; i < BATCH; i++) {
    build(frames[i]);
    parts[i] = (struct iovec){frames[i], FRAME};
    messages[i].msg_hdr = (struct msghdr){.msg_iov = &parts[i], .msg_iovlen = 1};
  }
  uint64_t start = now(), end = start + millis * 1000000UL, sent = 0;
  uint32_t flow = 0;
  while (now() < end) {
    if (rate && sent > (now() - start) / 1e9 * rate) {
      pause_millis(1);
      continue;
    }
    for (int i = 0; i < BATCH; i++) {
      uint16_t from = htons(FIRST_SOURCE_PORT + flow % FLOWS_PER_PORT);
      uint16_t to_port = htons(BLAST_PORT + flow / FLOWS_PER_PORT);
      memcpy(frames[i] + 34, &from, 2);
      memcpy(frames[i] + 36, &to_port, 2);
      flow = ((uint64_t)flow + 77773) % flows; /* a prime step: neighbours in time are strangers */
    }
    int n = sendmmsg(s, messages, BATCH, 0);
    if (n > 0) sent += n;
    else if (errno != ENOBUFS && errno != EAGAIN) fail("sendmmsg: %s", strerror(errno));
  }
  printf("sent=%lu nanos=%lu\n", sent, now() - start);
}

static uint64_t received(int file) {
  char text[32] = {0};
  must(pread(file, text, sizeof text - 1, 0), "rx_packets");
  return strtoull(text, NULL, 10);
}

/*
 * Drops the frames before the receiver's own stack spends more on each than the forwarder did; they
 * are counted before. A rule of an earlier sink that was killed is replaced.
 */
static void swallow(void) {
  char command[512];
  snprintf(command, sizeof command,
           "nft 'table netdev load { }; delete table netdev load; table netdev load { chain sink {"
           " type filter hook ingress device %s priority 0; udp dport %d-%d drop; }; }'",
           interface_name, BLAST_PORT, BLAST_PORT + flows / FLOWS_PER_PORT);
  if (system(command) != 0) fail("the sink's rule could not be set (%s)", command);
}

static void spit_out(void) {
  if (system("nft delete table netdev load") != 0) fail("the sink's rule could not be removed");
}

static void sink(void) {
  char path[128];
  swallow();
  snprintf(path, sizeof path, "/sys/class/net/%s/statistics/rx_packets", interface_name);
  int file = must(open(path, O_RDONLY), path);
  uint64_t first = received(file), limit = now() + 10000000000UL;
  say_ready();
  while (received(file) < first + 100) {
    if (now() > limit) fail("nothing arrived within ten seconds");
    pause_millis(1);
  }
  pause_millis(warm_millis);
  uint64_t start = now(), before = received(file);
  puts("counting");
  fflush(stdout);
  pause_millis(millis);
  uint64_t packets = received(file) - before;
  uint64_t nanos = now() - start;
  spit_out();
  printf("packets=%lu nanos=%lu\n", packets, nanos);
}

/* ---- transactions ---- */

static void no_delay(int s) {
  int one = 1;
  setsockopt(s, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
}

static int listener(int port) {
  int one = 1, s = must(socket(AF_INET, udp ? SOCK_DGRAM : SOCK_STREAM, 0), "socket");
  struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons(port)};
  setsockopt(s, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
  must(bind(s, (struct sockaddr *)&at, sizeof at), "bind");
  if (!udp) must(listen(s, 4096), "listen");
  return s;
}

/* Blocking calls for one client: what is measured is the network and not epoll. */
static void serve_one(int s) {
  char byte;
  if (udp) {
    struct sockaddr_in from;
    for (;;) {
      socklen_t length = sizeof from;
      if (recvfrom(s, &byte, 1, 0, (struct sockaddr *)&from, &length) == 1)
        sendto(s, &byte, 1, 0, (struct sockaddr *)&from, length);
    }
  }
  for (;;) {
    int client = must(accept(s, NULL, NULL), "accept");
    no_delay(client);
    while (recv(client, &byte, 1, 0) == 1 && send(client, &byte, 1, MSG_NOSIGNAL) == 1 && byte != 'c') {}
    close(client);
  }
}

static void watch(int epoll, int s, uint64_t data) {
  struct epoll_event event = {.events = EPOLLIN, .data.u64 = data};
  must(epoll_ctl(epoll, EPOLL_CTL_ADD, s, &event), "epoll");
}

static void serve_many(int *listeners, int count) {
  int epoll = must(epoll_create1(0), "epoll");
  struct epoll_event events[EVENTS];
  for (int i = 0; i < count; i++) watch(epoll, listeners[i], (uint64_t)listeners[i] << 1 | 1);
  for (;;) {
    int n = epoll_wait(epoll, events, EVENTS, -1);
    for (int i = 0; i < n; i++) {
      int s = events[i].data.u64 >> 1;
      char byte;
      if (udp) {
        struct sockaddr_in from;
        socklen_t length = sizeof from;
        if (recvfrom(s, &byte, 1, 0, (struct sockaddr *)&from, &length) == 1)
          sendto(s, &byte, 1, 0, (struct sockaddr *)&from, length);
      } else if (events[i].data.u64 & 1) {
        int client = accept(s, NULL, NULL);
        if (client >= 0) {
          no_delay(client);
          watch(epoll, client, (uint64_t)client << 1);
        }
      } else if (recv(s, &byte, 1, 0) == 1) {
        send(s, &byte, 1, MSG_NOSIGNAL);
        /* 'c' asks the server to close first, so that the client's port is free at once. */
        if (byte == 'c') close(s);
      } else {
        close(s);
      }
    }
  }
}

static void serve(void) {
  int count = (flows + FLOWS_PER_PORT - 1) / FLOWS_PER_PORT, listeners[64];
  for (int i = 0; i < count; i++) listeners[i] = listener(PORT + i);
  say_ready();
  if (flows == 1 && outstanding == 1) serve_one(listeners[0]);
  serve_many(listeners, count);
}

static int connected(int flow, int block) {
  int s = must(socket(AF_INET, (udp ? SOCK_DGRAM : SOCK_STREAM) | (block ? 0 : SOCK_NONBLOCK), 0), "socket");
  struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(PORT + flow / FLOWS_PER_PORT)};
  if (inet_pton(AF_INET, target, &to.sin_addr) != 1) fail("-d needs an IPv4 address");
  if (connect(s, (struct sockaddr *)&to, sizeof to) < 0 && errno != EINPROGRESS)
    fail("connect to %s: %s", target, strerror(errno));
  no_delay(s);
  return s;
}

/* A lost datagram must not end the measurement. */
static void give_up_after_a_second(int s) {
  struct timeval second = {1, 0};
  setsockopt(s, SOL_SOCKET, SO_RCVTIMEO, &second, sizeof second);
}

static void rr_one(void) {
  char byte = 'r';
  int s = connected(0, 1);
  give_up_after_a_second(s);
  uint64_t start = now(), end = start + millis * 1000000UL, sent = start;
  while (sent < end) {
    if (send(s, &byte, 1, 0) != 1) fail("send: %s", strerror(errno));
    ssize_t n = recv(s, &byte, 1, 0);
    uint64_t answered = now();
    if (n == 1) record(answered - sent);
    else if (n == 0 || errno != EAGAIN) fail("the connection broke: %s", n ? strerror(errno) : "closed");
    sent = answered;
  }
  say_transactions(sent - start);
}

static void rr_many(void) {
  int *sockets = calloc(flows, sizeof *sockets), epoll = must(epoll_create1(0), "epoll");
  uint64_t *sent = calloc(flows, sizeof *sent);
  struct epoll_event events[EVENTS];
  for (int i = 0; i < flows; i++) {
    sockets[i] = connected(i, 1);
    watch(epoll, sockets[i], i);
  }
  puts("connected");
  fflush(stdout);
  uint64_t start = now(), end = start + millis * 1000000UL, at = start;
  int next = 0;
  char byte = 'r';
  for (int i = 0; i < outstanding; i++, next = (next + 77773L) % flows) {
    sent[next] = now();
    send(sockets[next], &byte, 1, 0);
  }
  while (at < end) {
    int n = epoll_wait(epoll, events, EVENTS, 1000);
    if (n <= 0) fail("no answer within a second");
    for (int i = 0; i < n; i++) {
      int flow = events[i].data.u64;
      if (recv(sockets[flow], &byte, 1, 0) != 1) fail("connection %d broke", flow);
      at = now();
      record(at - sent[flow]);
      sent[next] = at;
      send(sockets[next], &byte, 1, 0);
      next = (next + 77773L) % flows;
    }
  }
  say_transactions(at - start);
}

static void crr(void) {
  int epoll = must(epoll_create1(0), "epoll");
  uint64_t *begun = calloc(outstanding, sizeof *begun);
  int *sockets = calloc(outstanding, sizeof *sockets);
  struct epoll_event events[EVENTS];
  uint64_t start = now(), end = start + millis * 1000000UL, at = start;
  char byte = 'c';
  for (int i = 0; i < outstanding; i++) sockets[i] = -1;
  while (at < end) {
    for (int i = 0; i < outstanding; i++) {
      if (sockets[i] >= 0) continue;
      begun[i] = now();
      sockets[i] = connected(0, 0);
      struct epoll_event event = {.events = EPOLLOUT, .data.u64 = i};
      must(epoll_ctl(epoll, EPOLL_CTL_ADD, sockets[i], &event), "epoll");
    }
    int n = epoll_wait(epoll, events, EVENTS, 2000);
    if (n <= 0) fail("no answer within two seconds");
    for (int k = 0; k < n; k++) {
      int i = events[k].data.u64;
      if (events[k].events & EPOLLOUT) {
        struct epoll_event event = {.events = EPOLLIN, .data.u64 = i};
        if (send(sockets[i], &byte, 1, MSG_NOSIGNAL) != 1) fail("connect: %s", strerror(errno));
        must(epoll_ctl(epoll, EPOLL_CTL_MOD, sockets[i], &event), "epoll");
      } else {
        ssize_t got = recv(sockets[i], &byte, 1, 0);
        if (got < 0) fail("a connection broke: %s", strerror(errno));
        if (got == 1) continue; /* its end comes next */
        close(sockets[i]);
        sockets[i] = -1;
        at = now();
        record(at - begun[i]);
        byte = 'c';
      }
    }
  }
  say_transactions(at - start);
}

int main(int count, char **words) {
  if (count < 2) fail("usage: load blast|sink|serve|rr|crr [option...]; the head of load.c says more");
  int option;
  while ((option = getopt(count - 1, words + 1, "i:m:M:s:d:t:w:c:o:r:u")) != -1) {
    switch (option) {
      case 'i': interface_name = optarg; break;
      case 'm': source_mac = optarg; break;
      case 'M': target_mac = optarg; break;
      case 's': source = optarg; break;
      case 'd': target = optarg; break;
      case 't': millis = atol(optarg); break;
      case 'w': warm_millis = atol(optarg); break;
      case 'c': flows = atoi(optarg); break;
      case 'o': outstanding = atoi(optarg); break;
      case 'r': rate = atol(optarg); break;
      case 'u': udp = 1; break;
      default: return 2;
    }
  }
  if (flows < 1 || flows > 64 * FLOWS_PER_PORT || outstanding < 1)
    fail("-c is 1 to %d, -o at least 1", 64 * FLOWS_PER_PORT);
  struct rlimit files = {1048576, 1048576};
  setrlimit(RLIMIT_NOFILE, &files);
  const char *mode = words[1];
  if (!strcmp(mode, "blast")) blast();
  else if (!strcmp(mode, "sink")) sink();
  else if (!strcmp(mode, "serve")) serve();
  else if (!strcmp(mode, "rr") && flows == 1 && outstanding == 1) rr_one();
  else if (!strcmp(mode, "rr")) rr_many();
  else if (!strcmp(mode, "crr")) crr();
  else fail("mode \"%s\" is unknown; the modes are blast, sink, serve, rr and crr", mode);
  return 0;
}
