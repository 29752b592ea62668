package org.vtl.service.impair.internal;

/**
 * What one direction of a line does, checked and in the units it is computed in: probabilities from
 * 0 to 1, nanoseconds, bits per second, bytes.
 *
 * @param rate bits per second; 0 for no limit
 * @param holdPackets packets on the way at most
 */
record LineSettings(
    long delayNanos,
    long jitterNanos,
    boolean normal,
    boolean keepOrder,
    double loss,
    double burstStart,
    double burstEnd,
    double burstLoss,
    double duplicate,
    double corrupt,
    double reorder,
    long reorderNanos,
    long rate,
    int rateBurstBytes,
    int overheadBytes,
    int queueBytes,
    int queuePackets,
    int holdPackets) {

  /** Whether a packet may have to wait. */
  boolean mayHold() {
    return delayNanos > 0 || jitterNanos > 0 || corrupt > 0 || reorder > 0 || rate > 0;
  }

  /** Whether every packet passes at once and unharmed. */
  boolean isIdle() {
    return !mayHold() && loss == 0 && burstStart == 0 && duplicate == 0;
  }
}
