package org.vtl.itests.tcp;

import java.util.ArrayList;
import java.util.List;
import org.vtl.itests.tcp.Transfer.Manner;

/**
 * Holds what both ends say of a transfer against what plain TCP would give: everything, or the
 * beginning of it and an error.
 */
final class Comparison {
  private final List<String> faults = new ArrayList<>();
  private int whole;
  private int brokenOff;
  private int silent;
  private int unseen;
  private long bytes;

  /** Compares both ends of {@code transfer} on a path that loses {@code lossPercent}. */
  void add(Transfer transfer, Outcome client, Outcome server, double lossPercent) {
    bytes += client.received() + server.received();
    intact(transfer, "client", client);
    intact(transfer, "server", server);
    if (transfer.isWhole()) {
      whole++;
      arrived(transfer, "up", transfer.client().bytes(), client, server);
      arrived(transfer, "down", transfer.server().bytes(), server, client);
    } else {
      brokenOff++;
      broke(transfer, client, transfer.client(), server, transfer.server(), lossPercent);
      broke(transfer, server, transfer.server(), client, transfer.client(), lossPercent);
    }
  }

  private void intact(Transfer transfer, String end, Outcome outcome) {
    if (!outcome.intact()) {
      fault(transfer, "the " + end + " read other bytes than were sent", outcome);
    }
  }

  private void arrived(Transfer transfer, String way, long size, Outcome sender, Outcome receiver) {
    if (!sender.sending().equals(Outcome.ENDED)
        || !receiver.reading().equals(Outcome.ENDED)
        || sender.sent() != size
        || receiver.received() != size
        || !sender.sentHash().equals(receiver.receivedHash())) {
      fault(transfer, "%s: not all %d bytes arrived".formatted(way, size), sender, receiver);
    }
  }

  /** What {@code other} sees when {@code one} breaks off, if that is the one who does. */
  private void broke(
      Transfer transfer,
      Outcome one,
      Transfer.Part part,
      Outcome other,
      Transfer.Part otherPart,
      double lossPercent) {
    if (!part.breaksOff()) {
      return;
    }
    // What was being written when it broke off counts as not sent, and may have gone all the same.
    if (other.received() > one.sent() + TransferEnd.CHUNK) {
      fault(transfer, "more arrived than was sent", one, other);
    }
    if (one.reading().equals(Outcome.STILL) || one.sending().equals(Outcome.STILL)) {
      fault(transfer, "who was to break off stood still", one, other);
    }
    boolean told = other.reading().equals(Outcome.RESET) || other.sending().equals(Outcome.RESET);
    // Whose writing was told of the reset reads the end of the stream behind it.
    boolean ended = !told && other.reading().equals(Outcome.ENDED);
    if (part.manner() == Manner.RESET && ended && !wasEarlier(one, part)) {
      fault(transfer, "a reset came as an end in order", one, other);
    }
    if (ended && other.received() < one.sent()) {
      fault(transfer, "an end in order came before all bytes", one, other);
    }
    if (other.reading().equals(Outcome.NONE.reading()) && lossPercent > 0) {
      unseen++; // the RST came before the handshake's last segment: it was never accepted
      return;
    }
    if (!told && !ended) {
      // A lost RST is never repeated: who has nothing more to send waits, also in plain TCP.
      boolean waits = other.reading().equals(Outcome.STILL) && !otherPart.breaksOff();
      if (waits && lossPercent > 0) {
        silent++;
      } else {
        fault(transfer, "the other end was not told", one, other);
      }
    }
  }

  /** Whether it had to do with an end that was gone when its own time came. */
  private static boolean wasEarlier(Outcome one, Transfer.Part part) {
    return !one.sending().equals(Outcome.OWN) || one.sent() < part.cut();
  }

  private void fault(Transfer transfer, String what, Outcome... outcomes) {
    StringBuilder text = new StringBuilder(what).append(": ").append(transfer);
    for (Outcome outcome : outcomes) {
      text.append("\n    ").append(outcome);
    }
    faults.add(text.toString());
  }

  List<String> faults() {
    return faults;
  }

  @Override
  public String toString() {
    return "%d transfers went through, %d broke off as they should (%d of them lost the RST, %d were never accepted), %.1f MB"
        .formatted(whole, brokenOff, silent, unseen, bytes / 1e6);
  }
}
