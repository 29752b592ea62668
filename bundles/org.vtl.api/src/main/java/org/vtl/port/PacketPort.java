package org.vtl.port;

import org.osgi.annotation.versioning.ConsumerType;
import org.vtl.packet.PacketBatch;

/**
 * A place where frames enter and leave. Opened by a {@link PortProvider} on any thread, then used
 * by one worker alone; {@link #close} is called once, when no other call runs or will. No method
 * but {@code close} may block longer than a few milliseconds or allocate.
 */
@ConsumerType
public interface PacketPort extends AutoCloseable {
  /** What {@link #descriptor} returns when there is none. */
  int NO_DESCRIPTOR = -1;

  /** What can be transmitted without VTL's help. Asked once, after opening. */
  Offloads offloads();

  /** Longest IP packet the port transmits unsegmented, in bytes. May change (ask per second). */
  int mtu();

  /**
   * A file descriptor that becomes readable (POLLIN) when frames are there, or {@link
   * #NO_DESCRIPTOR} for a port that calls {@link PortContext#wake} or must be polled.
   */
  int descriptor();

  /**
   * Fills the first packets of {@code batch}, all of them free, with frames that have arrived:
   * {@link org.vtl.packet.Packet#frame}, checksum state, segment size; VLAN tags in the frame.
   * Frames that this port transmitted are not among them. Does not wait.
   *
   * @return how many packets were filled, 0 when nothing is there
   * @throws PortException if the port is lost; it is closed and opened again until it recovers
   */
  int poll(PacketBatch batch) throws PortException;

  /**
   * Sends the batch's packets, sealed for {@link #offloads}, in order. Waits at most a few
   * milliseconds for room. A frame the system refuses is counted and skipped.
   *
   * @return how many of the first packets are done with; the others found no room
   * @throws PortException if the port is lost
   */
  int transmit(PacketBatch batch) throws PortException;

  /** Counts so far. From any thread. */
  PortStatistics statistics();

  /**
   * Has the system itself carry connections between this port, on the VM's side, and {@code
   * network}, of which this port's driver may know nothing. On the worker; may take some
   * milliseconds.
   *
   * @param connections how many at most; fewer may be granted
   * @throws PortException if these two cannot, in one sentence that says why
   */
  default FlowOffload offloadTo(PacketPort network, int connections) throws PortException {
    throw new PortException("its VM's port has no means to have the system carry connections");
  }

  /** Whether no frame will ever come again (the end of a capture file). */
  default boolean isExhausted() {
    return false;
  }

  /**
   * What keeps an open port from passing frames for now, such as a VM that has not connected yet:
   * one sentence for people, empty when nothing does. From any thread.
   */
  default String obstacle() {
    return "";
  }

  @Override
  void close();
}
