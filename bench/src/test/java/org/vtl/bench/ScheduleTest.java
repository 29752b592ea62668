package org.vtl.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class ScheduleTest {
  private static Schedule schedule(String... words) {
    Options options = Options.parse(Arrays.asList(words));
    Path nowhere = Path.of("nowhere");
    return new Schedule(Plan.of(options, new Field(nowhere), options.vtl(nowhere)), options);
  }

  private static List<Schedule.Step> steps(Schedule schedule) {
    List<Schedule.Step> steps = new ArrayList<>();
    for (; schedule.present() != null; schedule.advance()) {
      steps.add(schedule.present());
    }
    return steps;
  }

  private static List<Integer> rounds(List<Schedule.Step> steps, String name, Workload workload) {
    return steps.stream()
        .filter(step -> !step.warming() && step.workload() == workload)
        .filter(step -> step.contestant().name().equals(name))
        .map(Schedule.Step::round)
        .toList();
  }

  @Test
  void whatIsPromisedHasAllRounds() {
    List<Schedule.Step> steps = steps(schedule());
    assertEquals(List.of(1, 2, 3, 4, 5), rounds(steps, "vtl-user", Workload.RR));
    assertEquals(List.of(1, 3, 5), rounds(steps, "vtl-user", Workload.CRR));
    assertEquals(List.of(1, 3, 5), rounds(steps, "c-mmsg", Workload.RR));
    assertEquals(List.of(), rounds(steps, "c-mmsg", Workload.CRR));
    assertEquals(List.of(1, 3, 5), rounds(steps, "c-ring", Workload.CRR));
  }

  @Test
  void whatIsSlowToWarmWarmsUpTwiceAsLong() {
    assertEquals(
        List.of(2000, 4000),
        steps(schedule("vtl", "--workload", "rr,crr")).stream()
            .filter(step -> step.warming() && step.contestant().name().equals("vtl"))
            .map(Schedule.Step::millis)
            .toList());
  }

  @Test
  void whatIsNamedHasAllRounds() {
    List<Schedule.Step> steps = steps(schedule("c-ring", "--workload", "crr"));
    assertEquals(List.of(1, 2, 3, 4, 5), rounds(steps, "c-ring", Workload.CRR));
    assertEquals(List.of(1, 2, 3, 4, 5), rounds(steps, "bridge", Workload.CRR));
    assertTrue(steps.stream().filter(step -> !step.warming()).allMatch(s -> s.millis() == 2000));
  }

  @Test
  void eachStartsOnceAndThoseThatSpinInEachOfTheirRounds() {
    List<Schedule.Step> steps = steps(schedule("dpdk-xdp", "vtl", "--rounds", "2"));
    assertEquals(
        List.of("bridge 0", "vtl 0", "dpdk-xdp 1", "dpdk-xdp 2"),
        steps.stream()
            .filter(Schedule.Step::first)
            .map(step -> step.contestant().name() + " " + step.round())
            .toList());
  }

  @Test
  void aCompleteRunTakesLessThanHalfAnHour() {
    long minutes = schedule().leftMillis(0) / 60_000;
    assertTrue(minutes >= 10 && minutes <= 22, minutes + " minutes");
  }

  @Test
  void whatIsDroppedComesNoMore() {
    Schedule schedule = schedule("vtl", "--rounds", "2", "--workload", "rr,crr");
    Contestant bridge = schedule.present().contestant();
    schedule.advance();
    schedule.drop(bridge, Workload.CRR);
    List<Schedule.Step> left = steps(schedule);
    assertEquals(List.of(), rounds(left, "bridge", Workload.CRR));
    assertEquals(List.of(1, 2), rounds(left, "bridge", Workload.RR));
    Schedule other = schedule("vtl", "--workload", "rr");
    other.drop(other.present().contestant());
    assertEquals(
        Set.of("vtl"),
        steps(other).stream().map(step -> step.contestant().name()).collect(Collectors.toSet()));
  }

  @Test
  void whatIsLeftTakesAsLongAsWhatWasDone() {
    Schedule schedule = schedule("--workload", "rr", "bridge", "--rounds", "20");
    for (int i = 0; i <= 10; i++) {
      schedule.advance();
    }
    long done = 3000 + 300 + 400 + 10 * 2400;
    assertEquals(10 * 2400, schedule.leftMillis(done));
    assertEquals(2 * 10 * 2400, schedule.leftMillis(2 * done));
  }
}
