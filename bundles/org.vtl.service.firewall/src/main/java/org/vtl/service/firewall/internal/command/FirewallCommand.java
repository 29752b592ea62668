package org.vtl.service.firewall.internal.command;

import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Function;
import org.apache.felix.service.command.Process;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.vtl.runtime.CommandWords;
import org.vtl.runtime.LinkInfo;
import org.vtl.runtime.VtlRuntime;
import org.vtl.service.firewall.internal.Firewall;
import org.vtl.service.firewall.internal.PolicyInForce;
import org.vtl.service.firewall.internal.policy.Rule;
import org.vtl.service.firewall.internal.spoof.AddressBook;
import org.vtl.text.Json;

/**
 * The command {@code vtl:firewall}: shows, checks, tries and changes the rules. Called as a Gogo
 * {@link Function}, which leaves words as they were typed.
 */
@Component(
    service = {Function.class, CommandWords.class},
    property = {
      "osgi.command.scope=vtl",
      "osgi.command.function=firewall",
      "service.description=show, check, try and change the firewall's rules"
    })
public final class FirewallCommand implements Function, CommandWords {
  private static final int FAILED = 1;
  private static final int USAGE = 2;
  private static final int INTERRUPTED = 130;

  /** Counters of connections that the firewall left are brought up to date in it, or are older. */
  private static final Duration SETTLING = Duration.ofSeconds(2);

  private final Firewall firewall;
  private final VtlRuntime runtime;
  private final Path folder;

  /**
   * The command.
   *
   * @param runtime tells the names of links; null while it is away
   * @param context tells the data folder
   */
  @Activate
  public FirewallCommand(
      @Reference Firewall firewall,
      @Reference(
              cardinality = ReferenceCardinality.OPTIONAL,
              policyOption = ReferencePolicyOption.GREEDY)
          VtlRuntime runtime,
      BundleContext context) {
    this(firewall, runtime, folder(context.getProperty("vtl.data")));
  }

  /**
   * The command, for whoever has no framework.
   *
   * @param folder where relative files are
   */
  public FirewallCommand(Firewall firewall, VtlRuntime runtime, Path folder) {
    this.firewall = firewall;
    this.runtime = runtime;
    this.folder = folder;
  }

  private static Path folder(String data) {
    return Path.of(data == null ? "" : data);
  }

  @Override
  public Object execute(CommandSession session, List<Object> arguments) {
    Process process = Process.Utils.current();
    PrintStream out = process == null ? session.getConsole() : process.out();
    PrintStream err = process == null ? session.getConsole() : process.err();
    int status = call(arguments.stream().map(String::valueOf).toList(), out, err);
    if (status != 0 && process != null) {
      process.error(status);
    }
    return null;
  }

  @Override
  public List<String> words(String command, List<String> before) {
    PolicyInForce now = firewall.policies().inForce();
    return FirewallWords.after(
        before,
        links(),
        now.policy() == null ? List.of() : now.policy().rules().stream().map(Rule::id).toList());
  }

  /**
   * Runs it with the words that follow its name; returns 0, 1 (failed), 2 (called wrongly) or 130
   * (ended by the user).
   */
  public int call(List<String> words, PrintStream out, PrintStream err) {
    boolean json = words.contains(Verb.Option.JSON.word());
    try {
      Call call = Call.parse(words);
      if (call.has(Verb.Option.HELP)) {
        out.print(Help.TEXT);
        out.flush();
        return 0;
      }
      if (call.verb() == Verb.LOG) {
        String rule = call.text(Verb.Option.RULE, "");
        new LogWatch(firewall.log(), rule, json, out).run(call);
        return 0;
      }
      Answer answer = run(call);
      if (json) {
        out.println(Json.document(answer.json()));
      } else {
        out.print(answer.text());
      }
      out.flush();
      return answer.done() ? 0 : FAILED;
    } catch (Misuse e) {
      return fail(USAGE, e.getMessage(), json, out, err);
    } catch (IllegalArgumentException | IllegalStateException e) {
      return fail(FAILED, e.getMessage(), json, out, err);
    } catch (InterruptedException e) {
      return INTERRUPTED;
    }
  }

  private Answer run(Call call) throws InterruptedException {
    Changing changing = new Changing(firewall.policies(), folder);
    return switch (call.verb()) {
      case SHOW -> show(call);
      case CHECK -> changing.check(call.operands().getFirst());
      case DIFF -> changing.diff(call.operands().getFirst());
      case APPLY -> changing.apply(call);
      case CONFIRM -> changing.confirm();
      case ROLLBACK -> changing.rollback();
      case TEST ->
          new Testing(firewall.policies(), folder, firewall.nanoTime()).run(call, onlyLink(call));
      case ADDRESSES -> addresses(call);
      case CONNECTIONS -> {
        String file = call.text(Verb.Option.REFUSED, "");
        if (file.isEmpty()) {
          throw new Misuse("Say which rules: vtl:firewall connections --refused FILE.");
        }
        yield changing.refused(file);
      }
      case LOG -> throw new AssertionError("printed as it comes");
    };
  }

  private Answer show(Call call) throws InterruptedException {
    String link = call.has(Verb.Option.LINK) ? onlyLink(call) : "";
    firewall.policies().settle().await(SETTLING);
    Showing showing = new Showing(firewall.policies(), Clock.systemUTC());
    return call.isRather(Verb.Option.TEXT, Verb.Option.LINK) ? showing.text() : showing.rules(link);
  }

  private Answer addresses(Call call) {
    if (firewall.defences() == null) {
      throw new IllegalStateException("The firewall is in no pipeline yet; vtl:services says why.");
    }
    AddressBook book = firewall.defences().addresses();
    boolean one = call.has(Verb.Option.LINK);
    return new Addressing(book, firewall.nanoTime())
        .run(call.operands(), one ? List.of(onlyLink(call)) : links());
  }

  private List<String> links() {
    return runtime == null ? List.of() : runtime.links().stream().map(LinkInfo::name).toList();
  }

  /** The link named, or the only one. */
  private String onlyLink(Call call) {
    List<String> links = links();
    String named = call.text(Verb.Option.LINK, "");
    if (!named.isEmpty()) {
      if (runtime != null && !links.contains(named)) {
        throw new IllegalStateException(
            "No link is called \"" + named + "\"; vtl:links lists them.");
      }
      return named;
    }
    if (links.size() != 1) {
      throw new Misuse("There are " + links.size() + " links; say which, with --link NAME.");
    }
    return links.getFirst();
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
