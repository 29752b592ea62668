package org.vtl.launcher;

import java.io.ByteArrayOutputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Shows Wireshark and tshark each place of each link as an interface, as their extcap asks: {@code
 * vtl-extcap}. What it shows and captures it has from the shell's socket.
 */
public final class Extcap {
  private static final int FAILED = 1;
  private static final int WRONG_USAGE = 2;
  private static final String ARRIVAL = "arrival";

  /** What Wireshark shows in place of interfaces when VTL cannot be asked; its capture says why. */
  private static final String NONE = "vtl";

  /** Stages that every link has, and what is seen there. */
  private static final Map<String, String> STAGES = new LinkedHashMap<>();

  static {
    STAGES.put(ARRIVAL, "packets as they arrive");
    STAGES.put("departure", "packets as they leave");
    STAGES.put("drop", "packets dropped, and why");
    STAGES.put("injection", "packets that services make");
    STAGES.put("all", "packets at every place");
  }

  private static final Set<String> WITH_VALUE =
      Set.of(
          "--extcap-interface",
          "--extcap-version",
          "--extcap-capture-filter",
          "--fifo",
          "--filter",
          "--snap-bytes",
          "--extcap-reload-option");

  private final Path socket;
  private final Map<String, String> options;

  /** A place to capture at. */
  record Place(String link, String stage, String display) {
    String name() {
      return NONE + "." + link + "." + stage;
    }
  }

  /** Words that the other end of the socket runs. */
  interface Shell {
    int run(List<String> words, OutputStream output, OutputStream errors) throws IOException;
  }

  private Extcap(Path socket, Map<String, String> options) {
    this.socket = socket;
    this.options = options;
  }

  /** Answers one question of Wireshark's, and ends the virtual machine. */
  public static void main(String[] arguments) {
    List<String> words = List.of(arguments);
    if (words.size() < 2 || !words.getFirst().equals("--socket")) {
      System.err.println("usage: Extcap --socket PATH EXTCAP-OPTION...");
      System.exit(WRONG_USAGE);
    }
    Path socket = Path.of(words.get(1));
    Extcap extcap = new Extcap(socket, options(words.subList(2, words.size())));
    System.exit(extcap.run());
  }

  /** Options and their values, which follow or stand behind an equals sign. */
  static Map<String, String> options(List<String> words) {
    Map<String, String> options = new LinkedHashMap<>();
    for (int i = 0; i < words.size(); i++) {
      String word = words.get(i);
      int equals = word.indexOf('=');
      if (word.startsWith("--") && equals > 0) {
        options.put(word.substring(0, equals), word.substring(equals + 1));
      } else if (WITH_VALUE.contains(word) && i + 1 < words.size()) {
        options.put(word, words.get(++i));
      } else {
        options.put(word, "");
      }
    }
    return options;
  }

  private int run() {
    try {
      if (options.containsKey("--extcap-interfaces")) {
        System.out.print(interfaces());
      } else if (options.containsKey("--extcap-dlts")) {
        System.out.println("dlt {number=1}{name=EN10MB}{display=Ethernet}");
      } else if (options.containsKey("--extcap-config")) {
        System.out.print(configuration());
      } else if (options.containsKey("--capture")) {
        return capture();
      } else if (!options.containsKey("--extcap-capture-filter")) {
        System.err.println(
            "This is for Wireshark and tshark, see docs/wireshark.md; for a stream of packets use"
                + " \"vtl shell capture stream\".");
        return WRONG_USAGE;
      }
      // A filter that is only to be checked is checked by the capture.
      return 0;
    } catch (IOException | IllegalArgumentException e) {
      System.err.println(
          e instanceof IOException ? ShellSocket.whyNot(socket, (IOException) e) : e.getMessage());
      return FAILED;
    }
  }

  private String interfaces() {
    StringBuilder text = new StringBuilder("extcap {version=1.0}{display=VTL}\n");
    try {
      for (Place place : places(this::shell)) {
        text.append("interface {value=%s}{display=%s}\n".formatted(place.name(), place.display()));
      }
    } catch (IOException | IllegalArgumentException e) {
      text.append("interface {value=%s}{display=VTL: cannot be asked now}\n".formatted(NONE));
    }
    return text.toString();
  }

  private static String configuration() {
    return """
    arg {number=0}{call=--filter}{display=Packets}{type=string}\
    {tooltip=Words such as: tcp and port 80, host 10.0.0.1, not arp; empty for all}
    arg {number=1}{call=--snap-bytes}{display=Bytes kept of each packet}{type=unsigned}\
    {range=14,262144}{default=262144}
    """;
  }

  private int shell(List<String> words, OutputStream output, OutputStream errors)
      throws IOException {
    return ShellClient.execute(socket, words, output, errors);
  }

  /** All places, link by link: the stages that each link has, and each service of it. */
  static List<Place> places(Shell shell) throws IOException {
    List<Place> places = new ArrayList<>();
    List<Map<?, ?>> services = list(shell, "services");
    for (Map<?, ?> link : list(shell, "links")) {
      String name = link.get("name").toString();
      STAGES.forEach(
          (stage, what) -> places.add(new Place(name, stage, "VTL %s: %s".formatted(name, what))));
      for (Map<?, ?> service : services) {
        String serves = service.get("name").toString();
        if ("ACTIVE".equals(service.get("state"))
            && service.get("links") instanceof List<?> links
            && (links.isEmpty() || links.contains(name))
            && !STAGES.containsKey(serves)) {
          places.add(
              new Place(name, serves, "VTL %s: as service %s leaves them".formatted(name, serves)));
        }
      }
    }
    return places;
  }

  private static List<Map<?, ?>> list(Shell shell, String command) throws IOException {
    ByteArrayOutputStream output = new ByteArrayOutputStream();
    ByteArrayOutputStream errors = new ByteArrayOutputStream();
    if (shell.run(List.of("vtl:" + command, "--json"), output, errors) != 0) {
      throw new IllegalArgumentException(errors.toString(StandardCharsets.UTF_8).strip());
    }
    List<Map<?, ?>> all = new ArrayList<>();
    if (Json.read(output.toString(StandardCharsets.UTF_8)) instanceof List<?> list) {
      list.forEach(one -> all.add((Map<?, ?>) one));
    }
    return all;
  }

  private int capture() throws IOException {
    String name = options.getOrDefault("--extcap-interface", "");
    Place place =
        places(this::shell).stream()
            .filter(one -> one.name().equals(name))
            .findFirst()
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "VTL has no interface %s any more; refresh the list of interfaces."
                            .formatted(name)));
    try (OutputStream fifo = new FileOutputStream(options.getOrDefault("--fifo", ""))) {
      int status = shell(words(place, options), fifo, System.err);
      return status == ShellClient.BROKEN_PIPE ? 0 : status; // Wireshark has had enough
    }
  }

  /** The command that streams what is seen at {@code place}. */
  static List<String> words(Place place, Map<String, String> options) {
    List<String> words =
        new ArrayList<>(
            List.of("vtl:capture", "stream", "--link", place.link(), "--stage", place.stage()));
    String filter = options.getOrDefault("--filter", "");
    String other = options.getOrDefault("--extcap-capture-filter", "");
    String both = filter.isBlank() || other.isBlank() ? filter + other : filter + " and " + other;
    if (!both.isBlank()) {
      words.addAll(List.of("--filter", both));
    }
    if (options.containsKey("--snap-bytes")) {
      words.addAll(List.of("--snap-bytes", options.get("--snap-bytes")));
    }
    return words;
  }
}
