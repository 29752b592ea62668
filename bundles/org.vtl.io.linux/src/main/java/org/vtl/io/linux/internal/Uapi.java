package org.vtl.io.linux.internal;

/**
 * Constants of the kernel's user interface, under the names of its headers; the values of x86-64,
 * AArch64 and RISC-V, which share them.
 */
final class Uapi {
  // asm-generic/errno-base.h, asm-generic/errno.h
  static final int EPERM = 1;
  static final int ENOENT = 2;
  static final int EINTR = 4;
  static final int ENXIO = 6;
  static final int EAGAIN = 11;
  static final int EACCES = 13;
  static final int EBUSY = 16;
  static final int ENODEV = 19;
  static final int EINVAL = 22;
  static final int EBADFD = 77;
  static final int EADDRINUSE = 98;
  static final int ENETDOWN = 100;
  static final int ENOBUFS = 105;
  static final int ECONNREFUSED = 111;

  // asm-generic/fcntl.h
  static final int O_RDWR = 2;
  static final int O_NONBLOCK = 0x800;
  static final int O_CLOEXEC = 0x80000;

  // asm-generic/mman-common.h, linux/mman.h
  static final int PROT_READ = 1;
  static final int PROT_WRITE = 2;
  static final int MAP_SHARED = 1;
  static final int MAP_PRIVATE = 2;
  static final int MAP_ANONYMOUS = 0x20;
  static final int MAP_POPULATE = 0x8000;

  // asm-generic/poll.h
  static final int POLLIN = 1;
  static final int POLLOUT = 4;
  static final int POLLERR = 8;

  // linux/socket.h, linux/net.h, asm-generic/socket.h
  static final int AF_UNIX = 1;
  static final int AF_INET = 2;
  static final int AF_PACKET = 17;
  static final int AF_XDP = 44;
  static final int SOCK_STREAM = 1;
  static final int SOCK_DGRAM = 2;
  static final int SOCK_RAW = 3;
  static final int SOCK_NONBLOCK = O_NONBLOCK;
  static final int SOCK_CLOEXEC = O_CLOEXEC;
  static final int SOL_SOCKET = 1;
  static final int SO_ERROR = 4;
  static final int SO_SNDBUF = 7;
  static final int SO_RCVBUF = 8;
  static final int SO_DETACH_FILTER = 27;
  static final int SO_SNDBUFFORCE = 32;
  static final int SO_RCVBUFFORCE = 33;
  static final int SO_ATTACH_BPF = 50;
  static final int SOL_PACKET = 263;
  static final int MSG_TRUNC = 0x20;
  static final int MSG_DONTWAIT = 0x40;
  static final int MSG_NOSIGNAL = 0x4000;

  // linux/eventpoll.h; an epoll_event begins with its 32 bits of events
  static final int EPOLL_CLOEXEC = O_CLOEXEC;
  static final int EPOLL_CTL_ADD = 1;
  static final int EPOLL_CTL_DEL = 2;
  static final int EPOLL_CTL_MOD = 3;
  static final int EPOLLIN = 1;
  static final int EPOLLOUT = 4;
  static final int EPOLL_EVENT_LENGTH = 16;

  // linux/if_ether.h
  static final int ETH_P_ALL = 3;

  // linux/if_packet.h
  static final int PACKET_ADD_MEMBERSHIP = 1;
  static final int PACKET_RX_RING = 5;
  static final int PACKET_STATISTICS = 6;
  static final int PACKET_COPY_THRESH = 7;
  static final int PACKET_AUXDATA = 8;
  static final int PACKET_VERSION = 10;
  static final int PACKET_VNET_HDR = 15;
  static final int PACKET_FANOUT = 18;
  static final int PACKET_FANOUT_DATA = 22;
  static final int PACKET_IGNORE_OUTGOING = 23;
  static final int PACKET_FANOUT_EBPF = 7;
  static final int PACKET_FANOUT_FLAG_UNIQUEID = 0x2000;
  static final int PACKET_FANOUT_FLAG_IGNORE_OUTGOING = 0x4000;
  static final int PACKET_MR_PROMISC = 1;
  static final int TPACKET_V2 = 1;
  static final int TP_STATUS_KERNEL = 0;
  static final int TP_STATUS_USER = 1;
  static final int TP_STATUS_COPY = 1 << 1;
  static final int TP_STATUS_VLAN_VALID = 1 << 4;
  static final int TP_STATUS_VLAN_TPID_VALID = 1 << 6;

  // linux/if_xdp.h
  static final int SOL_XDP = 283;
  static final int XDP_MMAP_OFFSETS = 1;
  static final int XDP_RX_RING = 2;
  static final int XDP_TX_RING = 3;
  static final int XDP_UMEM_REG = 4;
  static final int XDP_UMEM_FILL_RING = 5;
  static final int XDP_UMEM_COMPLETION_RING = 6;
  static final int XDP_STATISTICS = 7;
  static final int XDP_OPTIONS = 8;
  static final int XDP_MAX_TX_SKB_BUDGET = 9;
  static final int XDP_OPTIONS_ZEROCOPY = 1;
  static final int XDP_COPY = 1 << 1;
  static final int XDP_USE_NEED_WAKEUP = 1 << 3;
  static final int XDP_RING_NEED_WAKEUP = 1;
  static final long XDP_PGOFF_RX_RING = 0;
  static final long XDP_PGOFF_TX_RING = 0x8000_0000L;
  static final long XDP_UMEM_PGOFF_FILL_RING = 0x1_0000_0000L;
  static final long XDP_UMEM_PGOFF_COMPLETION_RING = 0x1_8000_0000L;

  // linux/sockios.h, linux/if.h
  static final long SIOCGIFNAME = 0x8910;
  static final long SIOCGIFFLAGS = 0x8913;
  static final long SIOCSIFFLAGS = 0x8914;
  static final long SIOCGIFMTU = 0x8921;
  static final long SIOCGIFHWADDR = 0x8927;
  static final long SIOCGIFINDEX = 0x8933;
  static final long SIOCETHTOOL = 0x8946;
  static final int ETHTOOL_GDRVINFO = 0x03;
  static final int ETHTOOL_GSTATS = 0x1d;
  static final int ETHTOOL_GCHANNELS = 0x3c;
  static final int IFNAMSIZ = 16;
  static final int IFF_UP = 1;
  static final int ARPHRD_ETHER = 1;
  static final int ARPHRD_LOOPBACK = 772;

  // linux/if_tun.h
  static final long TUNSETIFF = 0x400454caL;
  static final long TUNSETOFFLOAD = 0x400454d0L;
  static final long TUNGETIFF = 0x800454d2L;
  static final long TUNSETVNETHDRSZ = 0x400454d8L;
  static final long TUNSETSTEERINGEBPF = 0x800454e0L;
  static final int IFF_TAP = 0x0002;
  static final int IFF_MULTI_QUEUE = 0x0100;
  static final int IFF_NO_PI = 0x1000;
  static final int IFF_VNET_HDR = 0x4000;
  static final int TUN_F_CSUM = 0x01;
  static final int TUN_F_TSO4 = 0x02;
  static final int TUN_F_TSO6 = 0x04;
  static final int TUN_F_TSO_ECN = 0x08;
  static final int TUN_F_USO4 = 0x20;
  static final int TUN_F_USO6 = 0x40;

  // linux/virtio_net.h
  static final int VIRTIO_NET_HDR_F_NEEDS_CSUM = 1;
  static final int VIRTIO_NET_HDR_F_DATA_VALID = 2;
  static final int VIRTIO_NET_HDR_GSO_NONE = 0;
  static final int VIRTIO_NET_HDR_GSO_TCPV4 = 1;
  static final int VIRTIO_NET_HDR_GSO_TCPV6 = 4;
  static final int VIRTIO_NET_HDR_GSO_UDP_L4 = 5;
  static final int VIRTIO_NET_HDR_GSO_ECN = 0x80;

  private Uapi() {}
}
