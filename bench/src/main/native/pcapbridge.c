/*
 * A bridge as libpcap's documentation leads one to write it: what arrives at one interface is
 * injected into the other.
 *
 *   pcapbridge IF IF
 *
 * Says "ready" when it forwards, and runs until killed. Built with: gcc -O2 -o pcapbridge pcapbridge.c -lpcap
 */
#include <pcap.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>

static void forward(u_char *to, const struct pcap_pkthdr *header, const u_char *frame) {
  pcap_inject((pcap_t *)to, frame, header->caplen);
}

static pcap_t *open_port(const char *name) {
  char error[PCAP_ERRBUF_SIZE] = "";
  pcap_t *port = pcap_create(name, error);
  if (!port) {
    fprintf(stderr, "%s: %s\n", name, error);
    exit(1);
  }
  pcap_set_snaplen(port, 65535);
  pcap_set_promisc(port, 1);
  pcap_set_immediate_mode(port, 1);
  pcap_set_buffer_size(port, 16 << 20);
  if (pcap_activate(port) < 0 || pcap_setdirection(port, PCAP_D_IN) < 0 || pcap_setnonblock(port, 1, error) < 0) {
    pcap_perror(port, name);
    exit(1);
  }
  return port;
}

int main(int count, char **words) {
  if (count != 3) {
    fputs("usage: pcapbridge INTERFACE INTERFACE\n", stderr);
    return 2;
  }
  pcap_t *a = open_port(words[1]), *b = open_port(words[2]);
  struct pollfd wait[2] = {{pcap_get_selectable_fd(a), POLLIN, 0}, {pcap_get_selectable_fd(b), POLLIN, 0}};
  puts("ready");
  fflush(stdout);
  for (;;) {
    int done = pcap_dispatch(a, 64, forward, (u_char *)b);
    done += pcap_dispatch(b, 64, forward, (u_char *)a);
    if (done <= 0) poll(wait, 2, -1);
  }
}
