package org.vtl.lab.internal.demo;

/**
 * One claim of the tour, shown and checked.
 *
 * @param claim in one sentence
 */
record Step(String claim, Body body) {
  /** What the step does. */
  interface Body {
    void run(Narrator narrator) throws Exception;
  }
}
