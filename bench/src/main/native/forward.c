/*
 * The bare loops that VTL's ports are measured against: two AF_PACKET sockets with the virtio-net
 * header, everything from one sent to the other, no parsing, no state.
 *
 *   forward mmsg IF IF    recvmmsg and sendmmsg
 *   forward ring IF IF    a TPACKET_V2 ring to receive from, sendmmsg
 *
 * Says "ready" when it forwards, and runs until killed. Built with: gcc -O2 -o forward forward.c
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/uio.h>

enum { BATCH = 64, HEADER = 10, SLOT = 65536 + 256, FRAME = 1 << 17, FRAMES = 512 };

static int fail(const char *what) {
  perror(what);
  exit(1);
}

static int open_port(const char *name, int ring, uint8_t **memory) {
  int one = 1, bytes = 16 << 20, version = TPACKET_V2;
  int s = socket(AF_PACKET, SOCK_RAW, 0);
  struct sockaddr_ll at = {.sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_ALL)};
  struct packet_mreq all = {.mr_type = PACKET_MR_PROMISC};
  if (s < 0) fail("socket");
  at.sll_ifindex = all.mr_ifindex = if_nametoindex(name);
  if (!at.sll_ifindex) fail(name);
  if (setsockopt(s, SOL_PACKET, PACKET_VNET_HDR, &one, sizeof one)) fail("PACKET_VNET_HDR");
  if (setsockopt(s, SOL_PACKET, PACKET_IGNORE_OUTGOING, &one, sizeof one)) fail("PACKET_IGNORE_OUTGOING");
  if (setsockopt(s, SOL_PACKET, PACKET_ADD_MEMBERSHIP, &all, sizeof all)) fail("promiscuous");
  setsockopt(s, SOL_SOCKET, SO_RCVBUFFORCE, &bytes, sizeof bytes);
  setsockopt(s, SOL_SOCKET, SO_SNDBUFFORCE, &bytes, sizeof bytes);
  if (ring) {
    struct tpacket_req size = {.tp_block_size = FRAME, .tp_block_nr = FRAMES, .tp_frame_size = FRAME, .tp_frame_nr = FRAMES};
    if (setsockopt(s, SOL_PACKET, PACKET_VERSION, &version, sizeof version)) fail("TPACKET_V2");
    if (setsockopt(s, SOL_PACKET, PACKET_RX_RING, &size, sizeof size)) fail("PACKET_RX_RING");
    *memory = mmap(NULL, (size_t)FRAME * FRAMES, PROT_READ | PROT_WRITE, MAP_SHARED, s, 0);
    if (*memory == MAP_FAILED) fail("mmap");
  }
  if (bind(s, (struct sockaddr *)&at, sizeof at)) fail("bind");
  return s;
}

static void send_all(int s, struct mmsghdr *messages, int count) {
  for (int done = 0; done < count;) {
    int n = sendmmsg(s, messages + done, count - done, 0);
    done += n > 0 ? n : 1; /* one that the kernel refuses is lost */
  }
}

static int mmsg(int from, int to, struct mmsghdr *messages, struct iovec *parts) {
  for (int i = 0; i < BATCH; i++) parts[i].iov_len = SLOT;
  int n = recvmmsg(from, messages, BATCH, MSG_DONTWAIT, NULL);
  if (n <= 0) return 0;
  for (int i = 0; i < n; i++) parts[i].iov_len = messages[i].msg_len;
  send_all(to, messages, n);
  return n;
}

static int ring(uint8_t *memory, int *next, int to, struct mmsghdr *messages, struct iovec *parts) {
  int n = 0;
  while (n < BATCH) {
    struct tpacket2_hdr *frame = (void *)(memory + (size_t)FRAME * ((*next + n) % FRAMES));
    if (!(__atomic_load_n(&frame->tp_status, __ATOMIC_ACQUIRE) & TP_STATUS_USER)) break;
    /* The virtio-net header stands right before the frame. */
    parts[n].iov_base = (uint8_t *)frame + frame->tp_mac - HEADER;
    parts[n].iov_len = frame->tp_snaplen + HEADER;
    n++;
  }
  if (n == 0) return 0;
  send_all(to, messages, n);
  for (int i = 0; i < n; i++) {
    struct tpacket2_hdr *frame = (void *)(memory + (size_t)FRAME * ((*next + i) % FRAMES));
    __atomic_store_n(&frame->tp_status, TP_STATUS_KERNEL, __ATOMIC_RELEASE);
  }
  *next = (*next + n) % FRAMES;
  return n;
}

int main(int count, char **words) {
  if (count != 4 || (strcmp(words[1], "mmsg") && strcmp(words[1], "ring"))) {
    fputs("usage: forward mmsg|ring INTERFACE INTERFACE\n", stderr);
    return 2;
  }
  int rings = words[1][0] == 'r', ports[2], next[2] = {0, 0};
  uint8_t *memory[2];
  for (int p = 0; p < 2; p++) ports[p] = open_port(words[2 + p], rings, &memory[p]);
  struct iovec parts[BATCH];
  struct mmsghdr messages[BATCH];
  memset(messages, 0, sizeof messages);
  uint8_t *slots = malloc((size_t)BATCH * SLOT);
  for (int i = 0; i < BATCH; i++) {
    parts[i] = (struct iovec){slots + (size_t)i * SLOT, SLOT};
    messages[i].msg_hdr = (struct msghdr){.msg_iov = &parts[i], .msg_iovlen = 1};
  }
  puts("ready");
  fflush(stdout);
  for (;;) {
    int done = 0;
    for (int p = 0; p < 2; p++)
      done += rings ? ring(memory[p], &next[p], ports[1 - p], messages, parts)
                    : mmsg(ports[p], ports[1 - p], messages, parts);
    if (!done) {
      struct pollfd wait[2] = {{ports[0], POLLIN, 0}, {ports[1], POLLIN, 0}};
      poll(wait, 2, -1);
    }
  }
}
