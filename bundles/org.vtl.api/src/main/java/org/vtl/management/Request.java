package org.vtl.management;

import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import org.osgi.annotation.versioning.ProviderType;

/** A request whose parameters and body fit its route. For the thread that handles it. */
@ProviderType
public interface Request {
  /** Who asks, by name. */
  String user();

  /** What that user may do. */
  Role role();

  /** A parameter as text; what the route says for it when it is missing. */
  String text(String parameter);

  /** A parameter of kind {@code NUMBER}. */
  long number(String parameter);

  /** A parameter of kind {@code TRUTH}. */
  boolean truth(String parameter);

  /** The body, as the record that the route's request names. */
  <T extends Record> T body(Class<T> type);

  /** The body's bytes, where the route's request is bytes; fails once it is longer than allowed. */
  InputStream bytes() throws IOException;

  /** The version that the change was made from (RFC 9110 section 13.1.1, without its quotes). */
  Optional<String> ifMatch();
}
