package org.vtl.port;

/** A port cannot be opened or has failed; the message names what, where, why and the remedy. */
public class PortException extends Exception {
  private static final long serialVersionUID = 1L;

  public PortException(String message) {
    super(message);
  }

  public PortException(String message, Throwable cause) {
    super(message, cause);
  }
}
