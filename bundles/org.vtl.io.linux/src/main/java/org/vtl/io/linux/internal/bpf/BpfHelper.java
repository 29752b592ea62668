package org.vtl.io.linux.internal.bpf;

/** Numbers of the kernel's helper functions (bpf-helpers(7)), for {@link BpfAssembler#call}. */
public final class BpfHelper {
  /** Value's address or 0: map, key's address. */
  public static final int MAP_LOOKUP_ELEM = 1;

  /** 0 or a negated errno: map, key's address, value's address, flags. */
  public static final int MAP_UPDATE_ELEM = 2;

  /** 0 or a negated errno: map, key's address. */
  public static final int MAP_DELETE_ELEM = 3;

  /** Nanoseconds of the monotonic clock. */
  public static final int KTIME_GET_NS = 5;

  /** A random number of 32 bits. */
  public static final int GET_PRANDOM_U32 = 7;

  /** The CPU's number. */
  public static final int GET_SMP_PROCESSOR_ID = 8;

  /** 0 or a negated errno: skb, offset, address, length, flags. */
  public static final int SKB_STORE_BYTES = 9;

  /** The action of a redirect, or of a refusal: interface index, flags (1: to its ingress). */
  public static final int REDIRECT = 23;

  /** 0 or a negated errno: skb, offset, to's address, length. */
  public static final int SKB_LOAD_BYTES = 26;

  /** 0 or a negated errno: skb, packet type (linux/if_packet.h). */
  public static final int SKB_CHANGE_TYPE = 32;

  /** 0 or a negated errno: skb, length; 0 for all of its linear part. */
  public static final int SKB_PULL_DATA = 39;

  /** XDP_REDIRECT, or the lower bits of the flags if there is no entry: map, key, flags. */
  public static final int REDIRECT_MAP = 51;

  /** The action of a redirect into the peer of a veth, in its namespace: interface index, 0. */
  public static final int REDIRECT_PEER = 155;

  private BpfHelper() {}
}
