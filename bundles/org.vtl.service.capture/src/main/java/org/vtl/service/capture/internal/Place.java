package org.vtl.service.capture.internal;

import java.util.concurrent.atomic.AtomicLong;
import org.vtl.packet.Direction;
import org.vtl.service.TapPoint;

/** A place of the pipeline as an interface of the capture, with its counts. */
final class Place {
  /** A place that is not captured. */
  static final Place NONE = new Place();

  final int index;
  final String name;
  final String description;

  /** The service that acted here, or {@code core}; empty at a port. */
  final String owner;

  /** Packets that found the ring full or no disk space. By any thread. */
  final AtomicLong lost = new AtomicLong();

  /** Packets written; and packets lost that the file tells of already. By the writer. */
  long written;

  long lostTold;

  Place(int index, String name, TapPoint point, Direction direction) {
    this.index = index;
    this.name = name;
    this.description = description(point, direction);
    this.owner =
        switch (point.kind()) {
          case ARRIVAL, DEPARTURE -> "";
          case SERVICE, INJECTION, DROP -> point.stage();
        };
  }

  private Place() {
    index = -1;
    name = "";
    description = "";
    owner = "";
  }

  /**
   * What a capture calls {@code point}: link, side and stage where it is at a port ({@code
   * lab/vm/arrival}), else link, stage and owner ({@code lab/drop/firewall}).
   */
  static String name(TapPoint point, Direction direction) {
    String owner =
        switch (point.kind()) {
          case ARRIVAL -> (direction == Direction.OUTBOUND ? "vm" : "network") + "/arrival";
          case DEPARTURE -> (direction == Direction.OUTBOUND ? "network" : "vm") + "/departure";
          case SERVICE -> "service/" + point.stage();
          case INJECTION -> "injection/" + point.stage();
          case DROP -> "drop/" + point.stage();
        };
    return point.link() + "/" + owner;
  }

  private static String description(TapPoint point, Direction direction) {
    String what =
        switch (point.kind()) {
          case ARRIVAL -> "as they arrived from the " + from(direction);
          case DEPARTURE -> "as they left for the " + from(direction.reverse());
          case SERVICE -> "as service " + point.stage() + " left them";
          case INJECTION -> "made or held back by service " + point.stage();
          case DROP -> "dropped by " + point.stage();
        };
    return "Packets of link " + point.link() + " " + what + ".";
  }

  private static String from(Direction direction) {
    return direction == Direction.OUTBOUND ? "VM" : "network";
  }
}
