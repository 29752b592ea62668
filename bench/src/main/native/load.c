/*
 * The load of the benchmarks: makes packets and transactions, and counts what comes of them.
 *
 *   load blast  -i IF -m MAC -M MAC -s IP -d IP -t MS [-c FLOWS] [-r RATE]
 *                                           64-byte UDP frames, RATE per second or as fast as it goes
 *   load sink   -i IF -t MS [-w MS] [-c FLOWS]                     counts what arrives at the interface
 *   load serve  [-u] [-c CONNECTIONS]                              answers rr and crr until killed
 *   load rr     -d IP -t MS [-u] [-w MS] [-c CONNECTIONS] [-o OUTSTANDING]
 *                                           one-byte transactions, of many connections in turn
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
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum {
  FRAME = 60, /* 64 bytes with the frame check sequence */
  BATCH = 64,
  PORT = 7007,
  BLAST_PORT = 7107,
  FLOWS_PER_PORT = 50000,
  FIRST_SOURCE_PORT = 10000,
  EVENTS = 256,
  OPENING = 64, /* connections that are being opened at a time */
  STALLED_MILLIS = 10000,
  SPARE_FILES = 64
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

enum { STEPS = 64 * 128 };

static uint64_t own_histogram[STEPS], *histogram = own_histogram, samples;

static void record(uint64_t nanos) {
  int power = nanos < 128 ? 0 : 57 - __builtin_clzll(nanos);
  histogram[power * 128 + (nanos >> power)]++;
}

static void count_samples(void) {
  samples = 0;
  for (int i = 0; i < STEPS; i++) samples += histogram[i];
}

static double percentile_micros(double share) {
  uint64_t wanted = samples * share, seen = 0;
  for (int i = 0; i < STEPS; i++) {
    seen += histogram[i];
    if (seen > wanted) {
      int power = i / 128;
      return (((uint64_t)(i % 128) << power) + (1UL << power) / 2) / 1e3;
    }
  }
  return 0;
}

static void say_transactions(uint64_t elapsed) {
  count_samples();
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

/*
 * A process may have only so many files open, root's in a container too. So many connections share a
 * process, a port of the server and a process there.
 */
static int connections_of_a_process(void) {
  struct rlimit files = {1048576, 1048576};
  if (setrlimit(RLIMIT_NOFILE, &files) < 0) {
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
  }
  getrlimit(RLIMIT_NOFILE, &files);
  if (files.rlim_cur < 1024) fail("a process may have only %lu files open", (unsigned long)files.rlim_cur);
  return files.rlim_cur > FLOWS_PER_PORT + SPARE_FILES ? FLOWS_PER_PORT : (int)files.rlim_cur - SPARE_FILES;
}

static int processes(void) {
  int each = connections_of_a_process();
  return (flows + each - 1) / each;
}

static pid_t fork_one(void) {
  pid_t parent = getpid(), child = must(fork(), "fork");
  if (!child) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) exit(1);
  }
  return child;
}

static void serve_many(int listening) {
  int epoll = must(epoll_create1(0), "epoll");
  struct epoll_event events[EVENTS];
  watch(epoll, listening, (uint64_t)listening << 1 | 1);
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
  int count = processes(), *listeners = calloc(count, sizeof *listeners);
  for (int i = 0; i < count; i++) listeners[i] = listener(PORT + i);
  say_ready();
  if (flows == 1 && outstanding == 1) serve_one(listeners[0]);
  for (int i = 1; i < count; i++)
    if (!fork_one()) serve_many(listeners[i]);
  serve_many(listeners[0]);
}

static int connected(int port, int block) {
  int s = must(socket(AF_INET, (udp ? SOCK_DGRAM : SOCK_STREAM) | (block ? 0 : SOCK_NONBLOCK), 0), "socket");
  struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(port)};
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
  int s = connected(PORT, 1);
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

/* ---- transactions of many connections in turn, by some processes ---- */

/* What the processes share. */
struct crowd {
  _Atomic int opened, measured; /* processes that have done so */
  _Atomic int closing;          /* whether they shall */
  _Atomic uint64_t end;         /* of the measurement, 0 before it begins */
  struct {
    int opening, outstanding;
    uint64_t histogram[STEPS];
  } of[];
};

/* Opens all, some at a time: a queue that overflows would cost a second. */
static void connect_all(int epoll, int *sockets, int count, int port, int opening) {
  struct epoll_event events[EVENTS];
  int begun = 0, done = 0;
  while (done < count) {
    for (; begun < count && begun - done < opening; begun++) {
      sockets[begun] = connected(port, 0);
      struct epoll_event event = {.events = EPOLLOUT, .data.u64 = begun};
      must(epoll_ctl(epoll, EPOLL_CTL_ADD, sockets[begun], &event), "epoll");
    }
    int n = epoll_wait(epoll, events, EVENTS, STALLED_MILLIS);
    if (n <= 0) fail("connection %d of %d did not open within ten seconds", done + 1, count);
    for (int i = 0; i < n; i++, done++) {
      int s = sockets[events[i].data.u64], error = 0;
      socklen_t length = sizeof error;
      getsockopt(s, SOL_SOCKET, SO_ERROR, &error, &length);
      if (error) fail("connection %d of %d: %s", done + 1, count, strerror(error));
      struct epoll_event event = {.events = EPOLLIN, .data.u64 = events[i].data.u64};
      must(epoll_ctl(epoll, EPOLL_CTL_MOD, s, &event), "epoll");
    }
  }
}

/*
 * Ends all by RST, so that no port waits, and no faster than the last one's answers come: whatever is
 * between must see the end of each, or what is measured next is measured beside their remains.
 */
static void disconnect_all(int *sockets, int count) {
  struct linger at_once = {1, 0};
  int last = sockets[count - 1];
  char byte = 'r';
  must(fcntl(last, F_SETFL, 0), "fcntl");
  give_up_after_a_second(last);
  for (int i = 0; i < count - 1; i++) {
    setsockopt(sockets[i], SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    close(sockets[i]);
    if (i % BATCH == 0 && send(last, &byte, 1, MSG_NOSIGNAL) == 1) (void)!recv(last, &byte, 1, 0);
  }
}

/* The share of one process: connections of the server's port of the same number. */
static void rr_share(struct crowd *crowd, int index, int count) {
  int *sockets = calloc(count, sizeof *sockets), epoll = must(epoll_create1(0), "epoll");
  uint64_t *sent = calloc(count, sizeof *sent), end, at;
  struct epoll_event events[EVENTS];
  histogram = crowd->of[index].histogram;
  connect_all(epoll, sockets, count, PORT + index, crowd->of[index].opening);
  crowd->opened++;
  while (!(end = crowd->end)) pause_millis(1);
  int next = 0;
  char byte = 'r';
  for (int i = 0; i < crowd->of[index].outstanding; i++, next = (next + 77773L) % count) {
    sent[next] = now();
    send(sockets[next], &byte, 1, 0);
  }
  while ((at = now()) < end) {
    int n = epoll_wait(epoll, events, EVENTS, STALLED_MILLIS);
    if (n <= 0) fail("no answer within ten seconds");
    for (int i = 0; i < n; i++) {
      int flow = events[i].data.u64;
      if (recv(sockets[flow], &byte, 1, 0) != 1) fail("connection %d broke", flow);
      at = now();
      record(at - sent[flow]);
      sent[next] = at;
      send(sockets[next], &byte, 1, 0);
      next = (next + 77773L) % count;
    }
  }
  crowd->measured++;
  while (!crowd->closing) pause_millis(1);
  if (!udp) disconnect_all(sockets, count);
  exit(0);
}

/* A process that failed has said why. */
static void await_all(_Atomic int *done, int count) {
  int status;
  while (*done < count) {
    if (waitpid(-1, &status, WNOHANG) > 0) exit(1);
    pause_millis(1);
  }
}

static void rr_many(void) {
  int count = processes();
  size_t length = sizeof(struct crowd) + count * sizeof ((struct crowd *)0)->of[0];
  struct crowd *crowd = mmap(NULL, length, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (crowd == MAP_FAILED) fail("memory: %s", strerror(errno));
  uint64_t begun = now();
  for (int i = 0; i < count; i++) {
    int share = flows / count + (i < flows % count);
    crowd->of[i].opening = OPENING / count > 0 ? OPENING / count : 1;
    crowd->of[i].outstanding = outstanding / count > 0 ? outstanding / count : 1;
    if (crowd->of[i].outstanding > share) crowd->of[i].outstanding = share;
    if (!fork_one()) rr_share(crowd, i, share);
  }
  await_all(&crowd->opened, count);
  printf("connected=%d nanos=%lu\n", flows, now() - begun);
  fflush(stdout);
  pause_millis(warm_millis);
  uint64_t start = now();
  crowd->end = start + millis * 1000000UL;
  await_all(&crowd->measured, count);
  uint64_t elapsed = now() - start;
  for (int i = 0; i < count; i++)
    for (int k = 0; k < STEPS; k++) own_histogram[k] += crowd->of[i].histogram[k];
  say_transactions(elapsed);
  fflush(stdout);
  crowd->closing = 1;
  while (wait(NULL) > 0) {}
  puts("closed");
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
      sockets[i] = connected(PORT, 0);
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
