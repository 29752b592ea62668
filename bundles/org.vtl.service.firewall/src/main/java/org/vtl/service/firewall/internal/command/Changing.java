package org.vtl.service.firewall.internal.command;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.vtl.service.firewall.internal.PolicyInForce;
import org.vtl.service.firewall.internal.PolicyStore;
import org.vtl.service.firewall.internal.PolicyStore.Open;
import org.vtl.service.firewall.internal.PolicyStore.Outcome;
import org.vtl.service.firewall.internal.Review;
import org.vtl.service.firewall.internal.policy.Policy;
import org.vtl.service.firewall.internal.policy.PolicyChange;

/** What {@code vtl:firewall} does with a file of rules, and with a trial. */
final class Changing {
  /** The longest trial: a day. */
  static final int TRIAL_SECONDS = 86_400;

  /** A worker that takes longer is stuck, or has a million connections. */
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final PolicyStore store;
  private final Path folder;

  /**
   * What changes the policies of {@code store}.
   *
   * @param folder where relative files are
   */
  Changing(PolicyStore store, Path folder) {
    this.store = store;
    this.folder = folder;
  }

  // ---- looking at a file -----------------------------------------------------------------------

  /** Whether a file can be applied, and all that is wrong in it. */
  Answer check(String name) {
    return check(RulesFile.read(folder, name));
  }

  private static Answer check(RulesFile file) {
    String text =
        file.policy() == null
            ? RemarkText.of(file)
                + file.name()
                + " cannot be used: "
                + Words.count(file.errors().size(), "error")
                + ", "
                + Words.count(file.warnings().size(), "warning")
                + ".\n"
            : RemarkText.of(file)
                + file.name()
                + " is good: "
                + Words.count(file.policy().rules().size(), "rule")
                + ", "
                + Words.count(file.policy().sets().size(), "set")
                + ", "
                + Words.count(file.warnings().size(), "warning")
                + ".\n";
    return new Answer(text, RemarkText.json(file), file.policy() != null);
  }

  /** What a file would change. */
  Answer diff(String name) {
    RulesFile file = RulesFile.read(folder, name);
    if (file.policy() == null) {
      return check(file);
    }
    PolicyChange change = change(file.policy());
    return new Answer(
        RemarkText.of(file) + ChangeText.of(change), Map.of("changes", ChangeText.json(change)));
  }

  /** Which open connections a file's rules would refuse. */
  Answer refused(String name) throws InterruptedException {
    RulesFile file = RulesFile.read(folder, name);
    if (file.policy() == null) {
      return check(file);
    }
    Review review = awaited(store.review(file.policy()));
    return new Answer(RemarkText.of(file) + ReviewText.would(review), ReviewText.json(review));
  }

  /**
   * What rules would change, and which open connections they would refuse; with errors, only those.
   */
  Map<String, Object> preview(RulesFile file) throws InterruptedException {
    Map<String, Object> json = RemarkText.json(file);
    if (file.policy() != null) {
      json.put("changes", ChangeText.json(change(file.policy())));
      json.putAll(ReviewText.json(awaited(store.review(file.policy()))));
    }
    return json;
  }

  // ---- changing --------------------------------------------------------------------------------

  /** Puts a file's rules in force, for good, or for so many seconds. */
  Answer apply(Call call) throws InterruptedException {
    String name = call.operands().getFirst();
    Open open = call.isRather(Verb.Option.END, Verb.Option.KEEP) ? Open.END : Open.KEEP;
    int seconds = call.number(Verb.Option.CONFIRM, 0, 1, TRIAL_SECONDS);
    return apply(RulesFile.read(folder, name), open, seconds);
  }

  /** Puts rules in force, for good if {@code seconds} is 0; with errors, nothing is changed. */
  Answer apply(RulesFile file, Open open, int seconds) throws InterruptedException {
    if (file.policy() == null) {
      Answer check = check(file);
      return new Answer(check.text() + "Nothing was changed.\n", check.json(), false);
    }
    PolicyChange change = change(file.policy());
    Outcome outcome =
        seconds > 0
            ? store.trial(file.lines(), Duration.ofSeconds(seconds), open)
            : kept(() -> store.apply(file.lines(), open));
    Review review = awaited(outcome.review());
    String done =
        seconds > 0
            ? "In force on trial: unless vtl:firewall confirm comes within "
                + seconds
                + " s, the rules of before hold again.\n"
            : "In force, and in the configuration.\n";
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("changes", ChangeText.json(change));
    json.putAll(ReviewText.json(review));
    json.put("trialSeconds", seconds > 0 ? seconds : null);
    return new Answer(
        RemarkText.of(file) + ChangeText.of(change) + ReviewText.did(review, open) + done, json);
  }

  Answer confirm() {
    kept(
        () -> {
          store.confirm();
          return null;
        });
    return said("The rules that were on trial are the configured ones now.");
  }

  Answer rollback() {
    store.rollback();
    return said("The trial is over; the configured rules are in force again.");
  }

  private static Answer said(String sentence) {
    return new Answer(sentence + "\n", Map.of("done", sentence));
  }

  private interface Keeping {
    Outcome keep();
  }

  /** What the configuration refuses is no fault of the call's words. */
  private static Outcome kept(Keeping keeping) {
    try {
      return keeping.keep();
    } catch (IllegalArgumentException e) {
      throw new IllegalStateException("The rules could not be kept: " + e.getMessage(), e);
    }
  }

  private PolicyChange change(Policy next) {
    PolicyInForce now = store.inForce();
    return PolicyChange.between(now.policy() == null ? Policy.EMPTY : now.policy(), next);
  }

  private static Review awaited(Review review) throws InterruptedException {
    review.await(PATIENCE);
    return review;
  }

  /** What differs between two policies, for people and programs. */
  private static final class ChangeText {
    static String of(PolicyChange change) {
      if (change.isEmpty()) {
        return "The rules say the same as those in force.\n";
      }
      StringBuilder text = new StringBuilder();
      for (PolicyChange.Item item : change.items()) {
        switch (item.kind()) {
          case ADDED -> line(text, "+ ", item, item.after());
          case REMOVED -> line(text, "- ", item, item.before());
          case MOVED -> line(text, "> moved ", item, item.after());
          case CHANGED -> {
            line(text, "- ", item, item.before());
            line(text, "+ ", item, item.after());
          }
        }
      }
      return text.toString();
    }

    private static void line(
        StringBuilder text, String sign, PolicyChange.Item item, String canonical) {
      // Texts of sets, links and policies begin with their names.
      boolean rule = item.what().equals("rule");
      String all = (rule ? "rule " + item.name() + ": " : "") + canonical.strip();
      all.lines().forEach(line -> text.append(sign).append(line).append('\n'));
    }

    static List<Object> json(PolicyChange change) {
      List<Object> all = new ArrayList<>();
      for (PolicyChange.Item item : change.items()) {
        Map<String, Object> entry = new LinkedHashMap<>();
        entry.put("kind", item.kind().name());
        entry.put("what", item.what());
        entry.put("name", item.name());
        entry.put("before", item.before());
        entry.put("after", item.after());
        all.add(entry);
      }
      return all;
    }
  }
}
