/*
 * One TCP stream of known bytes, for a fixed time, over a path of any length.
 *
 *   stream receive -l | -d IP  -t MS [-p PORT] [-C CONTROL]
 *   stream send    -l | -d IP  -t MS [-p PORT] [-C CONTROL]
 *
 * One side listens (-l), the other connects (-d). The receiver counts for MS from the moment its
 * connection is open, slow start included, compares every byte with what it must be, and ends the
 * connection; its result is one line of key=value words: bytes in all, "late" in the second half,
 * nanos measured, and connect, the nanoseconds that its connect took (0 for who listens). The sender
 * sends until then and says how long its own connect took. CONTROL is the congestion control.
 *
 * Built with: gcc -O2 -o stream stream.c
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

/* The pattern's period is a prime, so that a segment in a wrong place never looks right. */
enum { PERIOD = 65521, CHUNK = 1 << 17, PATIENCE_SECONDS = 60, SPARE_MILLIS = 20000 };

static unsigned char pattern[PERIOD + CHUNK], buffer[CHUNK];
static const char *target, *control;
static int port = 7207, listens;
static long millis = 1000;

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

static void make_pattern(void) {
  uint64_t state = 88172645463325252;
  for (int i = 0; i < PERIOD; i++) {
    state ^= state << 13, state ^= state >> 7, state ^= state << 17;
    pattern[i] = state;
  }
  for (int i = PERIOD; i < PERIOD + CHUNK; i++) pattern[i] = pattern[i - PERIOD];
}

/* A connection, and in *nanos how long the connect took. */
static int open_connection(uint64_t *nanos) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
  int one = 1, s = must(socket(AF_INET, SOCK_STREAM, 0), "socket");
  *nanos = 0;
  /* Before the handshake, since the congestion control has a say in it. */
  if (control) must(setsockopt(s, SOL_TCP, TCP_CONGESTION, control, strlen(control)), control);
  if (listens) {
    setsockopt(s, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    must(bind(s, (struct sockaddr *)&address, sizeof address), "bind");
    must(listen(s, 1), "listen");
    puts("ready");
    fflush(stdout);
    int accepted = must(accept(s, NULL, NULL), "accept");
    close(s);
    return accepted;
  }
  if (!target || inet_pton(AF_INET, target, &address.sin_addr) != 1) fail("-d or -l is missing");
  uint64_t start = now();
  must(connect(s, (struct sockaddr *)&address, sizeof address), "connect");
  *nanos = now() - start;
  return s;
}

static void receive_all(void) {
  uint64_t bytes = 0, half = 0, connect_nanos;
  int s = open_connection(&connect_nanos);
  uint64_t start = now(), end = start + (uint64_t)millis * 1000000, middle = start + (end - start) / 2;
  for (;;) {
    uint64_t at = now();
    if (at >= end) break;
    struct pollfd wait = {.fd = s, .events = POLLIN};
    if (poll(&wait, 1, (end - at) / 1000000 + 1) == 0) continue;
    ssize_t got = recv(s, buffer, sizeof buffer, 0);
    if (got < 0) fail("the receiver's connection failed after %lu bytes: %s", bytes, strerror(errno));
    if (got == 0) fail("the sender ended after %lu bytes", bytes);
    for (ssize_t checked = 0; checked < got;) {
      ssize_t part = got - checked < CHUNK ? got - checked : CHUNK;
      if (memcmp(buffer + checked, pattern + (bytes + checked) % PERIOD, part))
        fail("the bytes from %lu on are others than were sent", bytes + checked);
      checked += part;
    }
    bytes += got;
    if (now() < middle) half = bytes;
  }
  uint64_t elapsed = now() - start;
  struct linger at_once = {1, 0};
  setsockopt(s, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  close(s);
  printf("bytes=%lu late=%lu nanos=%lu connect=%lu\n", bytes, bytes - half, elapsed, connect_nanos);
}

static void send_all(void) {
  uint64_t bytes = 0, connect_nanos;
  int s = open_connection(&connect_nanos);
  uint64_t end = now() + (uint64_t)(millis + SPARE_MILLIS) * 1000000;
  while (now() < end) {
    ssize_t sent = send(s, pattern + bytes % PERIOD, CHUNK, MSG_NOSIGNAL);
    if (sent < 0) break; /* the receiver has had its time */
    bytes += sent;
  }
  printf("sent=%lu connect=%lu\n", bytes, connect_nanos);
}

int main(int count, char **words) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  for (int c; (c = getopt(count, words, "ld:t:p:C:")) != -1;) {
    switch (c) {
      case 'l': listens = 1; break;
      case 'd': target = optarg; break;
      case 't': millis = atol(optarg); break;
      case 'p': port = atoi(optarg); break;
      case 'C': control = optarg; break;
      default: fail("see the head of stream.c");
    }
  }
  if (optind != count - 1) fail("usage: stream receive|send -l|-d IP -t MS [-p PORT] [-C CONTROL]");
  alarm(PATIENCE_SECONDS + millis / 1000);
  make_pattern();
  if (!strcmp(words[optind], "receive"))
    receive_all();
  else if (!strcmp(words[optind], "send"))
    send_all();
  else
    fail("\"%s\" is neither receive nor send", words[optind]);
  return 0;
}
