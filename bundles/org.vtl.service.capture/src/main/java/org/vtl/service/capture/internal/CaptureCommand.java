package org.vtl.service.capture.internal;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Function;
import org.apache.felix.service.command.Process;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.vtl.runtime.CommandWords;
import org.vtl.runtime.LinkInfo;
import org.vtl.runtime.ServiceInfo;
import org.vtl.runtime.VtlRuntime;
import org.vtl.text.Json;

/**
 * The command {@code vtl:capture}: starts, ends and lists captures. Called as a Gogo {@link
 * Function}, which leaves words as they were typed.
 */
@Component(
    service = {Function.class, CommandWords.class},
    property = {
      "osgi.command.scope=vtl",
      "osgi.command.function=capture",
      "service.description=write packets to pcapng files that Wireshark reads"
    })
public final class CaptureCommand implements Function, CommandWords {
  private static final int FAILED = 1;
  private static final int USAGE = 2;
  private static final String STREAM = "stream";

  /** What a session has that is at a terminal. */
  private static final String TERMINAL = ".terminal";

  private static final List<String> OF_FILES =
      List.of("--file", "--file-mb", "--files", "--free-mb", "--force");

  private static final String AT_A_TERMINAL =
      "A stream of packets is for a program, not for a terminal; use \"vtl shell capture stream |"
          + " wireshark -k -i -\".";

  private static final String HELP =
      """
      usage: capture start NAME [OPTION...]
             capture stop NAME
             capture [list]
             capture stream [OPTION...]

      Writes packets to pcapng files that Wireshark reads at any moment; stream writes them to its
      output, for "vtl shell capture stream | wireshark -k -i -".

      options of start, of which stream has link, stage, filter, snap-bytes and buffer-mb:
        --link NAME       capture on this link only (default: all)
        --stage STAGE,... where to look: arrival, departure, drop, injection, all, or a service's
                          name for what it has just judged (default: arrival)
        --filter WORDS    which packets: tcp, udp, icmp, arp, ipv4, ipv6, host ADDRESS, port NUMBER,
                          vlan NUMBER, each after "not" if wanted, joined by "and" (default: all)
        --file FILE       where to; {time} stands for the time of the start; relative to
                          data/capture (default: NAME-{time}.pcapng)
        --snap-bytes N    bytes kept of each packet at most (default: 262144)
        --file-mb N       MB of a file at most, 0 for no limit (default: 100)
        --files N         files kept, the oldest deleted; 1 ends with the first (default: 1)
        --free-mb N       MB that must stay free on the disk (default: 500)
        --buffer-mb N     MB of memory between packets and disk (default: 16)
        --force           overwrite the file if it is there
        --json            print JSON
        --help            say this

      examples:
        capture start web --link lab --filter "tcp and port 80"
        capture start why --stage drop --file-mb 10 --files 5
        capture stop web
      """;

  private final Captures captures;
  private final VtlRuntime runtime;
  private final AtomicInteger streams = new AtomicInteger();

  /**
   * The command.
   *
   * @param runtime tells the names of links and services for completion; null while it is away
   */
  @Activate
  public CaptureCommand(
      @Reference Captures captures,
      @Reference(
              cardinality = ReferenceCardinality.OPTIONAL,
              policyOption = ReferencePolicyOption.GREEDY)
          VtlRuntime runtime) {
    this.captures = captures;
    this.runtime = runtime;
  }

  @Override
  public Object execute(CommandSession session, List<Object> arguments) {
    Process process = Process.Utils.current();
    PrintStream out = process == null ? session.getConsole() : process.out();
    PrintStream err = process == null ? session.getConsole() : process.err();
    List<String> words = arguments.stream().map(String::valueOf).toList();
    int status =
        session.get(TERMINAL) != null && words.indexOf(STREAM) == 0 && !words.contains("--help")
            ? fail(USAGE, AT_A_TERMINAL, false, out, err)
            : call(words, out, err);
    if (status != 0 && process != null) {
      process.error(status);
    }
    return null;
  }

  @Override
  public List<String> words(String command, List<String> before) {
    return CaptureWords.after(
        before,
        runtime == null ? List.of() : runtime.links().stream().map(LinkInfo::name).toList(),
        runtime == null ? List.of() : runtime.services().stream().map(ServiceInfo::name).toList(),
        captures.list().stream()
            .filter(capture -> !capture.configured())
            .map(CaptureStatus::name)
            .toList());
  }

  /** Runs it with the words that follow its name; returns 0, 1 (failed) or 2 (called wrongly). */
  int call(List<String> arguments, PrintStream out, PrintStream err) {
    List<String> words = new ArrayList<>(arguments);
    boolean json = words.remove("--json");
    try {
      if (words.contains("--help")) {
        out.print(HELP);
      } else if (!words.isEmpty() && words.getFirst().equals(STREAM)) {
        stream(words.subList(1, words.size()), out);
      } else {
        print(run(words), json, out);
      }
      out.flush();
      return 0;
    } catch (IllegalArgumentException e) {
      return fail(USAGE, e.getMessage(), json, out, err);
    } catch (IllegalStateException e) {
      return fail(FAILED, e.getMessage(), json, out, err);
    }
  }

  /** Returns when nobody reads any more, it is stopped, or it is interrupted. */
  private void stream(List<String> words, PrintStream out) {
    for (String word : words) {
      if (OF_FILES.contains(word)) {
        throw new IllegalArgumentException(
            "Option " + word + " is of files; a stream is none, vtl:capture --help says more.");
      }
    }
    CaptureOptions options = CaptureOptions.parse(words);
    options.file = "stream.pcapng";
    options.fileMegabytes = 0;
    options.freeMegabytes = 0;
    String name = STREAM + "-" + streams.incrementAndGet();
    CaptureStream stream = new CaptureStream(out);
    captures.start(CaptureSpec.of(name, options, captures.folder()), false, stream);
    try {
      stream.awaitEnd();
    } catch (InterruptedException e) {
      // Whoever read it has left, or has had enough.
      return;
    } finally {
      captures.endIfThere(name);
    }
  }

  private List<CaptureStatus> run(List<String> words) {
    String verb = words.isEmpty() ? "list" : words.getFirst();
    switch (verb) {
      case "start" -> {
        CaptureOptions options =
            CaptureOptions.parse(words.subList(Math.min(2, words.size()), words.size()));
        CaptureSpec spec = CaptureSpec.of(name(words), options, captures.folder());
        return List.of(captures.start(spec, false));
      }
      case "stop" -> {
        refuse(words, 2);
        return List.of(captures.stop(name(words)));
      }
      case "list" -> {
        refuse(words, 1);
        return captures.list();
      }
      default ->
          throw new IllegalArgumentException(
              "Capture can start, stop, list and stream, not "
                  + verb
                  + "; vtl:capture --help says more.");
    }
  }

  private static String name(List<String> words) {
    if (words.size() < 2) {
      throw new IllegalArgumentException(
          "Give the capture a name: vtl:capture " + words.getFirst() + " NAME.");
    }
    return words.get(1);
  }

  private static void refuse(List<String> words, int most) {
    if (words.size() > most) {
      throw new IllegalArgumentException(
          "\"" + words.get(most) + "\" is too much; vtl:capture --help says what to give.");
    }
  }

  private static void print(List<CaptureStatus> all, boolean json, PrintStream out) {
    if (json) {
      out.println(Json.document(all));
    } else {
      out.print(StatusText.table(all));
    }
  }

  private static int fail(
      int status, String sentence, boolean json, PrintStream out, PrintStream err) {
    if (json) {
      out.println(Json.of(Map.of("error", sentence)));
      out.flush();
    } else {
      err.println(sentence);
      err.flush();
    }
    return status;
  }
}
