package org.vtl.service.capture.internal;

import java.util.ArrayList;
import java.util.List;

/** The words that can follow in a call of {@code vtl:capture}. */
final class CaptureWords {
  private static final List<String> OPTIONS =
      List.of(
          "--link",
          "--stage",
          "--filter",
          "--file",
          "--snap-bytes",
          "--file-mb",
          "--files",
          "--free-mb",
          "--buffer-mb",
          "--force",
          "--json");

  private static final List<String> STAGES =
      List.of("arrival", "departure", "drop", "injection", "all");
  private static final List<String> KINDS = List.of("tcp", "udp", "icmp", "arp", "ipv4", "ipv6");

  private CaptureWords() {}

  /**
   * What can stand behind {@code before}.
   *
   * @param links names of the links
   * @param services names of the services, each a stage of its own
   * @param running names of the captures that a command can stop
   */
  static List<String> after(
      List<String> before, List<String> links, List<String> services, List<String> running) {
    if (before.isEmpty()) {
      return List.of("start", "stop", "list", "stream", "--json", "--help");
    }
    return switch (before.getFirst()) {
      case "start" -> before.size() == 1 ? List.of() : ofStart(before, links, services);
      case "stream" -> ofStart(before, links, services);
      case "stop" -> before.size() == 1 ? running : List.of("--json");
      default -> List.of("--json");
    };
  }

  private static List<String> ofStart(
      List<String> before, List<String> links, List<String> services) {
    return switch (before.getLast()) {
      case "--link" -> links;
      case "--stage" -> {
        List<String> stages = new ArrayList<>(STAGES);
        stages.addAll(services);
        yield stages;
      }
      case "--filter" -> KINDS;
      case "--force", "--json" -> unused(before);
      case String last -> OPTIONS.contains(last) ? List.of() : unused(before);
    };
  }

  private static List<String> unused(List<String> before) {
    return OPTIONS.stream().filter(option -> !before.contains(option)).toList();
  }
}
