package org.vtl.web.internal.identity;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.vtl.text.Json;

/**
 * Who changed what, from where, and what came of it: a line of JSON each, in a file that is put
 * aside when it is full. From any thread.
 */
public final class Audit {
  private static final System.Logger LOG = System.getLogger(Audit.class.getName());
  private static final long FULL_BYTES = 10L << 20;
  private static final int FILES = 5;
  private static final int REMEMBERED = 1_000;
  private static final int LONGEST = 500;

  private final Path file;
  private final Deque<Entry> last = new ArrayDeque<>();
  private boolean broken;

  /**
   * A change, or the try to make one.
   *
   * @param time in UTC (RFC 3339)
   * @param user who; empty when nobody was logged in
   * @param role what that user may do
   * @param source the address that it came from
   * @param action method and path, or a word such as {@code login}
   * @param status of HTTP: 400 and above is refused
   * @param result what came of it, in a sentence; empty when it was done
   */
  public record Entry(
      String time,
      String user,
      String role,
      String source,
      String action,
      int status,
      String result) {}

  public Audit(Path file) {
    this.file = file;
  }

  /** Notes a change. What cannot be written is logged, and remembered all the same. */
  public synchronized void note(
      Identity who, String source, String action, int status, String result) {
    Entry entry =
        new Entry(
            Instant.now().toString(),
            cut(who.user()),
            who.role().name(),
            source,
            cut(action),
            status,
            cut(result));
    last.addFirst(entry);
    if (last.size() > REMEMBERED) {
      last.removeLast();
    }
    try {
      append(Json.of(entry) + "\n");
      broken = false;
    } catch (IOException e) {
      if (!broken) {
        broken = true;
        LOG.log(Level.ERROR, "Changes are not recorded: {0} cannot be written ({1}).", file, e);
      }
    }
  }

  /** The last ones since the start, the newest first. */
  public synchronized List<Entry> last(int most) {
    return new ArrayList<>(last).subList(0, Math.min(most, last.size()));
  }

  private static String cut(String text) {
    return text.length() <= LONGEST ? text : text.substring(0, LONGEST - 3) + "...";
  }

  private void append(String line) throws IOException {
    Files.createDirectories(file.toAbsolutePath().getParent());
    if (!Files.exists(file)) {
      Files.createFile(file, PrivateFile.owner());
    } else if (Files.size(file) > FULL_BYTES) {
      for (int i = FILES - 1; i > 0; i--) {
        Path old = numbered(i);
        if (Files.exists(old)) {
          Files.move(old, numbered(i + 1), StandardCopyOption.REPLACE_EXISTING);
        }
      }
      Files.move(file, numbered(1), StandardCopyOption.REPLACE_EXISTING);
      Files.createFile(file, PrivateFile.owner());
    }
    Files.write(file, line.getBytes(StandardCharsets.UTF_8), StandardOpenOption.APPEND);
  }

  private Path numbered(int number) {
    return file.resolveSibling(file.getFileName() + "." + number);
  }
}
