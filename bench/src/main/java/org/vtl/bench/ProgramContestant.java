package org.vtl.bench;

import java.util.List;

/** A forwarder that is one program with the two interfaces among its words. */
class ProgramContestant extends Contestant {
  private static final int START_SECONDS = 20;

  private final List<String> words;
  private final String ready;
  private final Offloads offloads;
  private final boolean spinning;
  private Program program;

  /**
   * @param words the program and its words
   * @param ready how the line begins by which it says that it forwards
   * @param offloads what it can carry
   * @param spins whether it keeps a core busy
   */
  ProgramContestant(
      String name, List<String> words, String ready, Offloads offloads, boolean spins) {
    super(name);
    this.words = words;
    this.ready = ready;
    this.offloads = offloads;
    this.spinning = spins;
  }

  @Override
  boolean spins() {
    return spinning;
  }

  @Override
  Offloads offloads() {
    return offloads;
  }

  @Override
  String missing() {
    return Program.exists(words.getFirst())
        ? ""
        : "the program \"%s\" is not there.".formatted(words.getFirst());
  }

  @Override
  long pid() {
    return program.pid();
  }

  @Override
  void start(Testbed bed) {
    program = Program.start(bed.middle().inside(words));
    program.await(ready, START_SECONDS);
    program.ignore();
  }

  @Override
  public void close() {
    if (program != null) {
      program.close();
    }
  }
}
