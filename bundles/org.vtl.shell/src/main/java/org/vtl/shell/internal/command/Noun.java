package org.vtl.shell.internal.command;

/** What a word of a command line names, so that it can be completed. */
public enum Noun {
  /** Nothing that could be listed. */
  NONE,
  LINK,
  SERVICE,
  PID,
  /** {@code key=value} of the configuration named before it. */
  SETTING,
  FEATURE,
  /** A feature that is there, or a file. */
  SOURCE,
  INSTALLED,
  COMMAND,
  CONNECTION,
  /** The words of {@link org.vtl.runtime.ConnectionQuery}. */
  FILTER,
  SORT
}
