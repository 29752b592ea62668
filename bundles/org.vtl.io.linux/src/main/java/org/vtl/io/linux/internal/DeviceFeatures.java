package org.vtl.io.linux.internal;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Features of an interface that can be switched, by the names that {@code ethtool -k} shows (for
 * example {@code rx-gro}); read and set through SIOCETHTOOL.
 */
final class DeviceFeatures {
  private static final ValueLayout.OfInt U32 = ValueLayout.JAVA_INT;

  // linux/ethtool.h
  private static final int ETHTOOL_GSTRINGS = 0x1b;
  private static final int ETHTOOL_GSSET_INFO = 0x37;
  private static final int ETHTOOL_GFEATURES = 0x3a;
  private static final int ETHTOOL_SFEATURES = 0x3b;
  private static final int ETH_SS_FEATURES = 4;
  private static final int ETH_GSTRING_LENGTH = 32;

  /** The words of struct ethtool_get_features_block: available, requested, active, fixed. */
  private static final int GET_WORDS = 4;

  private static final int ACTIVE = 2;

  /** The words of struct ethtool_set_features_block: valid, requested. */
  private static final int SET_WORDS = 2;

  /** Command and size, or command and set, before what follows. */
  private static final int HEAD = 2;

  private final NetDevice device;

  DeviceFeatures(NetDevice device) {
    this.device = device;
  }

  /** The feature's number on this interface's kernel, or a negated errno; ENOENT for none. */
  int find(String feature) {
    try (Arena arena = Arena.ofConfined()) {
      int count = count(arena);
      if (count < 0) {
        return count;
      }
      // struct ethtool_gstrings: cmd, string_set, len, data
      int head = 3 * Integer.BYTES;
      MemorySegment strings = arena.allocate(head + (long) count * ETH_GSTRING_LENGTH, 8);
      strings.set(U32, 0, ETHTOOL_GSTRINGS);
      strings.set(U32, 4, ETH_SS_FEATURES);
      strings.set(U32, 8, count);
      int error = device.ethtool(strings);
      for (int i = 0; i < count && error >= 0; i++) {
        if (strings.getString(head + (long) i * ETH_GSTRING_LENGTH).equals(feature)) {
          return i;
        }
      }
      return error < 0 ? error : -Uapi.ENOENT;
    }
  }

  /** How many features there are, or a negated errno. */
  private int count(Arena arena) {
    // struct ethtool_sset_info: cmd, reserved, sset_mask (64 bits), data
    MemorySegment info = arena.allocate(6L * Integer.BYTES, 8);
    info.set(U32, 0, ETHTOOL_GSSET_INFO);
    info.set(ValueLayout.JAVA_LONG, 8, 1L << ETH_SS_FEATURES);
    int error = device.ethtool(info);
    if (error < 0) {
      return error;
    }
    return info.get(ValueLayout.JAVA_LONG, 8) == 0 ? 0 : info.get(U32, 16);
  }

  /** Whether feature {@code number} is active: 1 or 0, or a negated errno. */
  int isActive(int number) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment features = request(arena, ETHTOOL_GFEATURES, GET_WORDS);
      int error = device.ethtool(features);
      int word = HEAD + number / Integer.SIZE * GET_WORDS + ACTIVE;
      return error < 0 ? error : features.getAtIndex(U32, word) >>> number % Integer.SIZE & 1;
    }
  }

  /** Switches feature {@code number}; 0 or a negated errno. */
  int set(int number, boolean active) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment features = request(arena, ETHTOOL_SFEATURES, SET_WORDS);
      int word = HEAD + number / Integer.SIZE * SET_WORDS;
      int bit = 1 << number % Integer.SIZE;
      features.setAtIndex(U32, word, bit);
      features.setAtIndex(U32, word + 1, active ? bit : 0);
      return Math.min(0, device.ethtool(features));
    }
  }

  /** A request about all features there are; the kernel takes no other number. */
  private MemorySegment request(Arena arena, int command, int words) {
    int blocks = (Math.max(1, count(arena)) - 1) / Integer.SIZE + 1;
    MemorySegment request = arena.allocate((HEAD + (long) blocks * words) * Integer.BYTES, 8);
    request.setAtIndex(U32, 0, command);
    request.setAtIndex(U32, 1, blocks);
    return request;
  }
}
