package org.vtl.testkit;

import java.io.ByteArrayOutputStream;
import java.util.HexFormat;

/** TCP options as a script writes them between angle brackets, encoded. */
final class ScriptOptions {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  private ScriptOptions() {}

  /** The options' bytes, unpadded; SACK edges count from {@code sackBase}. */
  static byte[] encode(String options, int sackBase) {
    ScriptOptions bytes = new ScriptOptions();
    for (String option : options.split(",")) {
      bytes.add(option.strip().split("\\s+"), sackBase);
    }
    return bytes.out.toByteArray();
  }

  private void add(String[] words, int sackBase) {
    switch (words[0]) {
      case "nop" -> out.write(1);
      case "eol" -> out.write(0);
      case "mss" -> write(2, 4, 2, number(words, 1));
      case "wscale" -> write(3, 3, 1, number(words, 1));
      case "sackOK" -> write(4, 2, 0, 0);
      case "TS" -> {
        write(8, 10, 4, number(words, 2));
        write(4, number(words, 4));
      }
      case "sack" -> {
        write(5, 2 + 8 * (words.length - 1), 0, 0);
        for (int i = 1; i < words.length; i++) {
          String[] edges = words[i].split(":");
          write(4, sackBase + number(edges, 0));
          write(4, sackBase + number(edges, 1));
        }
      }
      case "raw" -> out.writeBytes(HexFormat.of().parseHex(words[1]));
      default -> throw new IllegalArgumentException("\"" + words[0] + "\" is no option known here");
    }
  }

  private static long number(String[] words, int index) {
    if (words.length <= index) {
      throw new IllegalArgumentException("option \"" + words[0] + "\" lacks a number");
    }
    return words[index].equals("*") ? 0 : Long.parseLong(words[index]);
  }

  private void write(int kind, int length, int width, long value) {
    out.write(kind);
    out.write(length);
    write(width, value);
  }

  private void write(int width, long value) {
    for (int shift = 8 * (width - 1); shift >= 0; shift -= 8) {
      out.write((int) (value >>> shift));
    }
  }
}
