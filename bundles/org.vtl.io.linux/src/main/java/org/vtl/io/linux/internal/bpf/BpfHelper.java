package org.vtl.io.linux.internal.bpf;

/** Numbers of the kernel's helper functions (bpf-helpers(7)), for {@link BpfAssembler#call}. */
public final class BpfHelper {
  /** Value's address or 0: map, key's address. */
  public static final int MAP_LOOKUP_ELEM = 1;

  /** Nanoseconds since the machine was started, without those it slept. */
  public static final int KTIME_GET_NS = 5;

  /** The action of a redirect, or of a refusal: interface index, flags (1: to its ingress). */
  public static final int REDIRECT = 23;

  /** 0 or a negated errno: skb, offset, to's address, length. */
  public static final int SKB_LOAD_BYTES = 26;

  /** 0 or a negated errno: skb, packet type (linux/if_packet.h). */
  public static final int SKB_CHANGE_TYPE = 32;

  /** XDP_REDIRECT, or the lower bits of the flags if there is no entry: map, key, flags. */
  public static final int REDIRECT_MAP = 51;

  /** The action of a redirect into the peer of a veth, in its namespace: interface index, 0. */
  public static final int REDIRECT_PEER = 155;

  private BpfHelper() {}
}
