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

  /** How many RSTs the paths are likely to have lost. */
  private double lost;

  /** How many RSTs are likely to have come before the segment ahead of them. */
  private double early;

  /** Compares both ends of {@code transfer} on a path of that {@code weather}. */
  void add(Transfer transfer, Outcome client, Outcome server, Weather weather) {
    bytes += client.received() + server.received();
    intact(transfer, "client", client);
    intact(transfer, "server", server);
    if (transfer.isWhole()) {
      whole++;
      arrived(transfer, "up", transfer.client().bytes(), client, server);
      arrived(transfer, "down", transfer.server().bytes(), server, client);
    } else {
      brokenOff++;
      lost += weather.lossPercent() / 100;
      early += (weather.lossPercent() + weather.reorderPercent()) / 100;
      broke(transfer, client, transfer.client(), server, weather);
      broke(transfer, server, transfer.server(), client, weather);
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
      Transfer transfer, Outcome one, Transfer.Part part, Outcome other, Weather weather) {
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
    if (!brokeOffItself(one, part)) {
      fault(transfer, "it ended before its end broke it off", one, other);
    }
    boolean told = other.reading().equals(Outcome.RESET) || other.sending().equals(Outcome.RESET);
    // Whose writing was told of the reset reads the end of the stream behind it.
    boolean ended = !told && other.reading().equals(Outcome.ENDED);
    if (part.manner() == Manner.RESET && ended) {
      fault(transfer, "a reset came as an end in order", one, other);
    }
    if (ended && other.received() < one.sent()) {
      fault(transfer, "an end in order came before all bytes", one, other);
    }
    boolean opened = part == transfer.client();
    boolean mayComeEarly = weather.lossPercent() > 0 || weather.reorderPercent() > 0;
    if (opened && other.equals(Outcome.NONE) && mayComeEarly && one.received() == 0) {
      unseen++; // the RST came before the handshake's last segment: it was never accepted
      return;
    }
    if (!told && !ended) {
      // A lost RST is never repeated: who has nothing more to send waits, also in plain TCP.
      if (other.reading().equals(Outcome.STILL) && weather.lossPercent() > 0) {
        silent++;
      } else {
        fault(transfer, "the other end was not told", one, other);
      }
    }
  }

  /** Whether it came to where it was to break off: only one end of a transfer ever is to. */
  private static boolean brokeOffItself(Outcome one, Transfer.Part part) {
    return part.manner() == Manner.RESET
        ? one.sending().equals(Outcome.OWN) && one.sent() == part.cut()
        : one.reading().equals(Outcome.OWN) && one.received() == part.cut();
  }

  private void fault(Transfer transfer, String what, Outcome... outcomes) {
    StringBuilder text = new StringBuilder(what).append(": ").append(transfer);
    for (Outcome outcome : outcomes) {
      text.append("\n    ").append(outcome);
    }
    faults.add(text.toString());
  }

  /** What went wrong; RSTs unheard more often than the paths lose or swap segments, too. */
  List<String> faults() {
    List<String> all = new ArrayList<>(faults);
    // Three times what is likely, and three: beyond that it is not the path that swallows them.
    if (silent > 3 + 3 * lost || unseen > 3 + 3 * early) {
      all.add(
          "%d RSTs were not heard, the paths lose %.1f; %d came before all else, of %.1f likely"
              .formatted(silent, lost, unseen, early));
    }
    return all;
  }

  @Override
  public String toString() {
    return "%d transfers went through, %d broke off as they should (%d of them lost the RST, %d were never accepted), %.1f MB"
        .formatted(whole, brokenOff, silent, unseen, bytes / 1e6);
  }
}
