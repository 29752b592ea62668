package org.vtl.runtime;

import java.util.List;

/**
 * A link as it is now.
 *
 * @param name its name
 * @param state {@code UP}, {@code WAITING} (a port is missing), {@code CLOSED} (a required service
 *     is missing: nothing passes) or {@code FAILED} (its configuration is wrong)
 * @param reason why it is not up, or what an open port of it waits for, in one sentence; empty when
 *     frames can pass
 * @param vmPort the port on the VM's side; null while {@code FAILED}
 * @param networkPort the port on the network's side; null while {@code FAILED}
 * @param required names of the services without which nothing passes
 * @param missing those of them that are absent or failed now
 * @param connections connections in the table
 * @param outboundPackets packets from the VM
 * @param outboundBytes their bytes
 * @param inboundPackets packets from the network
 * @param inboundBytes their bytes
 * @param dropped packets discarded, all reasons
 * @param poolFree packets free
 * @param poolSize packets in all
 * @param offloadObstacle why the kernel carries no connection past VTL, as a part of a sentence;
 *     empty when it may
 * @param offloaded connections that the kernel carries, or is ready to carry again
 * @param workers what each of its workers has of this; empty while {@code FAILED}
 */
public record LinkInfo(
    String name,
    String state,
    String reason,
    PortInfo vmPort,
    PortInfo networkPort,
    List<String> required,
    List<String> missing,
    int connections,
    long outboundPackets,
    long outboundBytes,
    long inboundPackets,
    long inboundBytes,
    long dropped,
    int poolFree,
    int poolSize,
    String offloadObstacle,
    int offloaded,
    List<WorkerInfo> workers) {
  /**
   * One worker's part of a link.
   *
   * @param worker its number, from 0 up
   * @param connections connections it has
   * @param outboundPackets packets from the VM that were its own
   * @param inboundPackets packets from the network that were its own
   * @param dropped packets it discarded
   * @param handedOver packets that arrived at it and belonged to another worker
   * @param poolFree packets free
   */
  public record WorkerInfo(
      int worker,
      int connections,
      long outboundPackets,
      long inboundPackets,
      long dropped,
      long handedOver,
      int poolFree) {}
}
