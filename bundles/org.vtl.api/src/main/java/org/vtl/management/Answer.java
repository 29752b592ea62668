package org.vtl.management;

import java.nio.file.Path;
import java.util.Optional;

/**
 * What comes back.
 *
 * @param status of HTTP
 * @param value a record or a list of records; null when there is no body or it is a file
 * @param version what {@link Request#ifMatch} will be held against; empty for none
 * @param file sent as it is; empty when the body is the value
 * @param fileName the name that a browser saves it under
 */
public record Answer(
    int status, Object value, String version, Optional<Path> file, String fileName) {
  private static final int OK = 200;
  private static final int CREATED = 201;
  private static final int ACCEPTED = 202;
  private static final int NO_CONTENT = 204;

  public static Answer of(Object value) {
    return new Answer(OK, value, "", Optional.empty(), "");
  }

  /** Something new is there. */
  public static Answer created(Object value) {
    return new Answer(CREATED, value, "", Optional.empty(), "");
  }

  /** It will be done; {@code value} tells where to look. */
  public static Answer accepted(Object value) {
    return new Answer(ACCEPTED, value, "", Optional.empty(), "");
  }

  /** It is done, and there is nothing to say. */
  public static Answer nothing() {
    return new Answer(NO_CONTENT, null, "", Optional.empty(), "");
  }

  /** A file's bytes, as they are while it is sent. */
  public static Answer file(Path file, String name) {
    return new Answer(OK, null, "", Optional.of(file), name);
  }

  /** The same of a version. */
  public Answer version(String of) {
    return new Answer(status, value, of, file, fileName);
  }
}
