package org.vtl.service.firewall.internal;

import java.lang.System.Logger.Level;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.vtl.service.firewall.internal.PolicyInForce.Origin;
import org.vtl.service.firewall.internal.policy.Policy;
import org.vtl.service.firewall.internal.policy.PolicyError;
import org.vtl.service.firewall.internal.policy.PolicyReader;
import org.vtl.service.firewall.internal.policy.Reading;
import org.vtl.service.firewall.internal.ruleset.RuleCounters;
import org.vtl.service.firewall.internal.ruleset.Ruleset;

/**
 * Which policy is in force, and where it comes from: the configuration, or for a time a trial. A
 * change is one volatile write, so each packet is judged by the old policy or by the new one; what
 * rules counted stays with their ids. A text with an error changes nothing; while there never was
 * one without, nothing passes. Any thread but a worker's, unless said otherwise.
 */
public final class PolicyStore {
  /** What becomes of open connections that a new policy would refuse. */
  public enum Open {
    /** They go on as far as the new rules accept packets of established connections. */
    KEEP,
    /** TCP is reset at both ends, everything else forgotten. */
    END
  }

  /** Who carries out that another policy is in force. */
  interface Enforcement {
    /** Another policy is in force: nothing that was decided holds any more. */
    void changed(PolicyInForce inForce);

    /** Looks which open connections {@code rules} would refuse; ends those if {@code end}. */
    Review review(Ruleset rules, boolean end);
  }

  /** Where configured rules are kept. */
  interface Archive {
    /**
     * Makes {@code lines} the configured rules.
     *
     * @throws IllegalStateException in one sentence, if they cannot be kept
     */
    void write(List<String> lines);
  }

  /** Rings once, later. */
  interface Alarm {
    /** Runs {@code task} after {@code delay}, on any thread; what is returned cancels it. */
    Runnable in(Duration delay, Runnable task);
  }

  /**
   * What came of putting a policy in force.
   *
   * @param reading the text as it was read
   * @param review of the open connections; null when the text has errors, so nothing changed
   */
  public record Outcome(Reading reading, Review review) {}

  private static final System.Logger LOG = System.getLogger(PolicyStore.class.getName());

  private final RuleCounters counters = new RuleCounters();
  private final Enforcement enforcement;
  private final Archive archive;
  private final Alarm alarm;
  private final Clock clock;

  private volatile PolicyInForce inForce;

  // Guarded by this.
  private List<String> configuredLines;
  private Reading configured = new Reading(null, List.of(), List.of());
  private PolicyInForce fallback;
  private Runnable cancelAlarm = () -> {};
  private long serials;

  /** A store in which nothing is in force yet, so that everything is dropped. */
  PolicyStore(Enforcement enforcement, Archive archive, Alarm alarm, Clock clock) {
    this.enforcement = enforcement;
    this.archive = archive;
    this.alarm = alarm;
    this.clock = clock;
    inForce =
        new PolicyInForce(++serials, Origin.NONE, List.of(), null, null, clock.instant(), null);
    fallback = inForce;
  }

  // ---- reading ---------------------------------------------------------------------------------

  /** What packets are judged by now. Any thread, also a worker's. */
  public PolicyInForce inForce() {
    return inForce;
  }

  /** What all rules counted, by their ids. */
  public RuleCounters counters() {
    return counters;
  }

  /**
   * Brings the counters up to date with connections that the firewall left; they are once the
   * review is done.
   */
  public Review settle() {
    return enforcement.review(null, false);
  }

  /** The configured lines, in force or not. */
  public synchronized List<String> configuredLines() {
    return configuredLines == null ? List.of() : configuredLines;
  }

  /** The errors of the configured rules; while there are any, those before them hold. */
  public synchronized List<PolicyError> errors() {
    return configured.errors();
  }

  /** What is wrong now, a sentence each; empty when all is well. */
  public synchronized List<String> faults() {
    List<String> faults = new ArrayList<>();
    String holds =
        fallback.origin() == Origin.NONE
            ? "nothing passes until they are mended"
            : "the rules of before hold";
    for (PolicyError error : configured.errors()) {
      faults.add(place(error) + ": " + error.sentence() + " (" + holds + ")");
    }
    return faults;
  }

  /** Which open connections {@code policy} would refuse; changes nothing. */
  public Review review(Policy policy) {
    return enforcement.review(Ruleset.compile(policy, new RuleCounters()), false);
  }

  // ---- changing --------------------------------------------------------------------------------

  /**
   * Takes on the configuration. Rules that have not changed change nothing, so that a trial goes
   * on; others end it.
   */
  synchronized void configure(List<String> lines) {
    if (!lines.equals(configuredLines)) {
      adopt(lines);
    }
  }

  /** The configuration has these lines, or is about to have them. */
  private synchronized void adopt(List<String> lines) {
    configuredLines = List.copyOf(lines);
    configured = read(lines);
    for (PolicyError error : configured.errors()) {
      LOG.log(
          Level.ERROR,
          "Configuration org.vtl.service.firewall, " + place(error) + ": " + error.sentence());
    }
    for (PolicyError warning : configured.warnings()) {
      LOG.log(
          Level.WARNING,
          "Configuration org.vtl.service.firewall, " + place(warning) + ": " + warning.sentence());
    }
    if (!configured.errors().isEmpty()) {
      if (fallback.origin() == Origin.NONE) {
        LOG.log(Level.ERROR, "No rules are in force: the firewall drops everything.");
      }
      return;
    }
    endTrial();
    boolean same = inForce.policy() != null && inForce.policy().equals(configured.policy());
    PolicyInForce next = next(Origin.CONFIGURATION, lines, configured.policy(), null, same);
    fallback = next;
    put(next, same);
  }

  /**
   * Puts the policy of {@code lines} in force and into the configuration.
   *
   * @throws IllegalStateException in one sentence, if the configuration cannot be written; nothing
   *     is changed then
   */
  public Outcome apply(List<String> lines, Open open) {
    Reading reading = read(lines);
    if (!reading.errors().isEmpty()) {
      return new Outcome(reading, null);
    }
    archive.write(lines);
    adopt(lines); // the configuration says so too, but later
    return new Outcome(reading, enforcement.review(inForce.ruleset(), open == Open.END));
  }

  /**
   * Puts the policy of {@code lines} in force for {@code duration}; unless it is {@link #confirm
   * confirmed} by then, the configured one holds again, as it does after a restart.
   */
  public Outcome trial(List<String> lines, Duration duration, Open open) {
    Reading reading = read(lines);
    if (!reading.errors().isEmpty()) {
      return new Outcome(reading, null);
    }
    PolicyInForce tried;
    synchronized (this) {
      endTrial();
      tried = next(Origin.TRIAL, lines, reading.policy(), clock.instant().plus(duration), false);
      put(tried, false);
      long serial = tried.serial();
      cancelAlarm = alarm.in(duration, () -> timeOver(serial));
    }
    return new Outcome(reading, enforcement.review(tried.ruleset(), open == Open.END));
  }

  /**
   * Makes the policy on trial the configured one.
   *
   * @throws IllegalStateException in one sentence, if none is on trial or the configuration cannot
   *     be written; the trial goes on then
   */
  public void confirm() {
    PolicyInForce tried = requireTrial("confirm");
    archive.write(tried.lines());
    adopt(tried.lines());
  }

  /**
   * Ends the trial: the configured policy holds again.
   *
   * @throws IllegalStateException in one sentence, if none is on trial
   */
  public synchronized void rollback() {
    requireTrial("roll back");
    endTrial();
    put(again(fallback), false);
  }

  /** Nothing is to happen later any more. */
  synchronized void close() {
    endTrial();
  }

  private PolicyInForce requireTrial(String what) {
    PolicyInForce now = inForce;
    if (now.origin() != Origin.TRIAL) {
      throw new IllegalStateException(
          "There is no policy on trial to " + what + "; the configured one is in force.");
    }
    return now;
  }

  private synchronized void timeOver(long serial) {
    if (inForce.serial() == serial) {
      LOG.log(
          Level.WARNING,
          "The policy on trial was not confirmed in time; the configured one holds again.");
      put(again(fallback), false);
    }
  }

  private void endTrial() {
    cancelAlarm.run();
    cancelAlarm = () -> {};
  }

  /** The policy {@code of}, back in force from now on. */
  private PolicyInForce again(PolicyInForce of) {
    return new PolicyInForce(
        ++serials, of.origin(), of.lines(), of.policy(), of.ruleset(), clock.instant(), null);
  }

  /** A policy about to be in force; {@code same} when the one in force says the same. */
  private PolicyInForce next(
      Origin origin, List<String> lines, Policy policy, Instant until, boolean same) {
    PolicyInForce now = inForce;
    return new PolicyInForce(
        same ? now.serial() : ++serials,
        origin,
        lines,
        policy,
        same ? now.ruleset() : Ruleset.compile(policy, counters),
        same ? now.since() : clock.instant(),
        until);
  }

  private void put(PolicyInForce next, boolean same) {
    inForce = next;
    if (!same) {
      enforcement.changed(next);
    }
  }

  private static Reading read(List<String> lines) {
    return PolicyReader.read(String.join("\n", lines));
  }

  /** Where an error is, as an administrator finds it in the file. */
  private static String place(PolicyError error) {
    return "rules[" + (error.line() - 1) + "] column " + error.column();
  }
}
