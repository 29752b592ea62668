package org.vtl.packet;

/** Kinds of TCP options (IANA). */
public final class TcpOption {
  public static final int END = 0;
  public static final int NO_OPERATION = 1;
  public static final int MAXIMUM_SEGMENT_SIZE = 2;
  public static final int WINDOW_SCALE = 3;
  public static final int SACK_PERMITTED = 4;
  public static final int SACK = 5;
  public static final int TIMESTAMPS = 8;

  /** TCP MD5 signature (RFC 2385): the segment must not be changed. */
  public static final int MD5 = 19;

  public static final int USER_TIMEOUT = 28;

  /** TCP-AO (RFC 5925): the segment must not be changed. */
  public static final int AUTHENTICATION = 29;

  /** Multipath TCP (RFC 8684). */
  public static final int MULTIPATH = 30;

  public static final int FAST_OPEN = 34;

  private TcpOption() {}
}
