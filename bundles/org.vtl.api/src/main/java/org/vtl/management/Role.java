package org.vtl.management;

/** What somebody may do. Each role may do all that those before it may. */
public enum Role {
  /** Needs no login: to log in, and to ask whether VTL is well. */
  NONE,
  /** Sees everything but secrets and the users. */
  VIEWER,
  /** Changes what the pipeline does: priorities, configurations, traces, captures. */
  OPERATOR,
  /** Changes what VTL is: installs code, and makes users. */
  ADMIN;

  /** Whether whoever has this role may do what {@code needed} may. */
  public boolean covers(Role needed) {
    return compareTo(needed) >= 0;
  }
}
