package org.vtl.itests.opponent;

/** What was seen through each of the firewalls. */
record Pair<T>(T nft, T vtl) {
  boolean same() {
    return nft.equals(vtl);
  }
}
