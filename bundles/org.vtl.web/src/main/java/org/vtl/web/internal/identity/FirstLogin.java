package org.vtl.web.internal.identity;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The token that lets somebody log in once without an account. It stands in a file that only VTL's
 * owner can read, until it is used. From any thread.
 */
public final class FirstLogin {
  private final Path file;
  private final AtomicReference<String> token = new AtomicReference<>("");

  public FirstLogin(Path file) {
    this.file = file;
  }

  /** A new one in place of the one before. */
  public String renew() {
    String next = Secrets.random();
    token.set(next);
    try {
      PrivateFile.write(file, next + "\n");
    } catch (IOException e) {
      throw new IllegalStateException(
          "The one-time token cannot be written to %s (%s).".formatted(file, e), e);
    }
    return next;
  }

  /** Whether {@code offered} is the token; it is of no use any more then. */
  public boolean use(String offered) {
    String expected = token.get();
    if (expected.isEmpty()
        || !Secrets.same(expected, offered)
        || !token.compareAndSet(expected, "")) {
      return false;
    }
    forget();
    return true;
  }

  /** Makes it useless. */
  public void forget() {
    token.set("");
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      System.getLogger(FirstLogin.class.getName())
          .log(System.Logger.Level.WARNING, "{0} is of no use any more; remove it.", file);
    }
  }
}
