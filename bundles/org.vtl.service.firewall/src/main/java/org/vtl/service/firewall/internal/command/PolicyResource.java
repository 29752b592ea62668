package org.vtl.service.firewall.internal.command;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.vtl.management.ManagementResource;
import org.vtl.management.Parameter;
import org.vtl.management.Refusal;
import org.vtl.management.Request;
import org.vtl.management.Role;
import org.vtl.management.Route;
import org.vtl.management.Shape;
import org.vtl.service.firewall.internal.Firewall;
import org.vtl.service.firewall.internal.PolicyInForce;
import org.vtl.service.firewall.internal.PolicyStore;
import org.vtl.service.firewall.internal.PolicyStore.Open;

/**
 * The firewall's rules as a text, over the network: checked and compared before they hold, put in
 * force for a time, confirmed or taken back. As {@code vtl:firewall check, diff, apply}, without
 * files.
 */
@Component
public final class PolicyResource implements ManagementResource {
  /** Rules come as a text; nothing is looked up beside it. */
  private static final Path NOWHERE = Path.of("");

  private static final Shape OBJECT = new Shape(Map.class, false, "application/json");

  private final PolicyStore store;
  private final Object lock = new Object();

  // Guarded by lock.
  private long changedSerial = -1;
  private String changedBy = "";

  /** Lines of a policy, each ended by a line break. */
  record Rules(String rules) {}

  /**
   * The rules in force.
   *
   * @param origin {@code NONE}, {@code CONFIGURATION} or {@code TRIAL}
   * @param since when they came into force, in UTC (RFC 3339)
   * @param until when they end unless they are confirmed; empty unless they are on trial
   * @param rules as they were written
   */
  record PolicyText(String origin, String since, String until, String rules) {}

  /**
   * What was done.
   *
   * @param done in one sentence
   */
  record Done(String done) {}

  @Activate
  public PolicyResource(@Reference Firewall firewall) {
    store = firewall.policies();
  }

  @Override
  public String title() {
    return "Firewall policy";
  }

  @Override
  public List<Route> routes() {
    return List.of(
        Route.get(
            "/firewall/policy",
            Role.VIEWER,
            "Shows the rules in force as a text, with their version.",
            Shape.of(PolicyText.class),
            request -> text()),
        Route.post(
            "/firewall/policy/check",
            Role.OPERATOR,
            "Says what is wrong in rules, what they would change, and which open connections they"
                + " would refuse; changes nothing.",
            Shape.of(Rules.class),
            OBJECT,
            request -> check(request.body(Rules.class))),
        new Route(
            "PUT",
            "/firewall/policy",
            Role.OPERATOR,
            "Puts rules in force; with confirmSeconds only so long, unless they are confirmed.",
            List.of(
                Parameter.number(
                    "confirmSeconds",
                    0,
                    0,
                    Changing.TRIAL_SECONDS,
                    "How long they hold unless they are confirmed; 0 for good."),
                Parameter.truth("end", "Whether open connections end that they would refuse.")),
            Shape.of(Rules.class),
            OBJECT,
            this::apply),
        Route.post(
            "/firewall/policy/confirmation",
            Role.OPERATOR,
            "Makes the rules on trial the configured ones.",
            Shape.NONE,
            Shape.of(Done.class),
            this::confirm),
        Route.delete(
            "/firewall/policy/trial",
            Role.OPERATOR,
            "Ends the trial; the configured rules hold again.",
            Shape.of(Done.class),
            this::rollback));
  }

  private org.vtl.management.Answer text() {
    PolicyInForce now = store.inForce();
    return org.vtl.management.Answer.of(
            new PolicyText(
                now.origin().name(),
                now.since().toString(),
                now.until() == null ? "" : now.until().toString(),
                now.lines().isEmpty() ? "" : String.join("\n", now.lines()) + "\n"))
        .version(version(now));
  }

  private static String version(PolicyInForce of) {
    return of.serial() + "-" + of.since().toEpochMilli();
  }

  private org.vtl.management.Answer check(Rules rules) {
    try {
      return org.vtl.management.Answer.of(changing().preview(read(rules)));
    } catch (InterruptedException e) {
      throw stopped(e);
    }
  }

  private org.vtl.management.Answer apply(Request request) {
    RulesFile file = read(request.body(Rules.class));
    if (file.policy() == null) {
      RulesFile.Remark first = file.errors().getFirst();
      throw new IllegalArgumentException(
          "Line %d, column %d of the rules: %s"
              .formatted(first.line(), first.column(), first.sentence()));
    }
    Open open = request.truth("end") ? Open.END : Open.KEEP;
    synchronized (lock) {
      request.ifMatch().ifPresent(this::requireNewest);
      try {
        Answer answer = changing().apply(file, open, (int) request.number("confirmSeconds"));
        changed(request);
        return org.vtl.management.Answer.of(answer.json()).version(version(store.inForce()));
      } catch (InterruptedException e) {
        throw stopped(e);
      }
    }
  }

  private void requireNewest(String version) {
    PolicyInForce now = store.inForce();
    if (!version.equals(version(now))) {
      String who = now.serial() == changedSerial ? "by " + changedBy : "elsewhere";
      throw Refusal.outdated(
          "The rules were changed %s at %s; look at what they are now, and change those."
              .formatted(who, now.since()));
    }
  }

  private void changed(Request request) {
    changedSerial = store.inForce().serial();
    changedBy = request.user();
  }

  private org.vtl.management.Answer confirm(Request request) {
    synchronized (lock) {
      Answer answer = changing().confirm();
      changed(request);
      return done(answer);
    }
  }

  private org.vtl.management.Answer rollback(Request request) {
    synchronized (lock) {
      Answer answer = changing().rollback();
      changed(request);
      return done(answer);
    }
  }

  private static org.vtl.management.Answer done(Answer answer) {
    return org.vtl.management.Answer.of(new Done(answer.text().strip()));
  }

  private Changing changing() {
    return new Changing(store, NOWHERE);
  }

  private static RulesFile read(Rules rules) {
    return RulesFile.ofLines("rules", rules.rules());
  }

  private static IllegalStateException stopped(InterruptedException e) {
    Thread.currentThread().interrupt();
    return new IllegalStateException("The firewall stops.", e);
  }
}
