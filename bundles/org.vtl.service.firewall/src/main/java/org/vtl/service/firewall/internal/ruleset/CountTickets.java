package org.vtl.service.firewall.internal.ruleset;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The places in rules' {@code ct count} that one connection holds; a part of the firewall's state
 * in the connection, recycled with it. On the connection's worker.
 */
public final class CountTickets {
  private int size;
  private int[] keys = new int[2];
  private Counts[] tables = new Counts[2];
  private AtomicInteger[] counters = new AtomicInteger[2];
  private int[] places = new int[2];

  /** Gives all places back: the connection ended, or was refused. */
  public void release() {
    for (int i = 0; i < size; i++) {
      if (tables[i] != null) {
        tables[i].release(places[i]);
      } else {
        counters[i].decrementAndGet();
      }
      tables[i] = null;
      counters[i] = null;
    }
    size = 0;
  }

  /** How many places it holds. */
  public int size() {
    return size;
  }

  boolean has(int key) {
    for (int i = 0; i < size; i++) {
      if (keys[i] == key) {
        return true;
      }
    }
    return false;
  }

  /** Notes a place; grows only for a connection that more rules count than any before. */
  void add(int key, Counts table, AtomicInteger counter, int place) {
    if (size == keys.length) {
      keys = Arrays.copyOf(keys, size * 2);
      tables = Arrays.copyOf(tables, size * 2);
      counters = Arrays.copyOf(counters, size * 2);
      places = Arrays.copyOf(places, size * 2);
    }
    keys[size] = key;
    tables[size] = table;
    counters[size] = counter;
    places[size++] = place;
  }
}
