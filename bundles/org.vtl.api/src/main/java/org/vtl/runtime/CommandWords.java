package org.vtl.runtime;

import java.util.List;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * The words that can follow a command of the shell, for completion by Tab. A bundle whose command
 * is of scope {@code vtl} registers the command's service under this interface, too:
 *
 * <pre>{@code
 * @Component(
 *     service = {Function.class, CommandWords.class},
 *     property = {"osgi.command.scope=vtl", "osgi.command.function=dig"})
 * public final class DigCommand implements Function, CommandWords { ... }
 * }</pre>
 */
@ConsumerType
public interface CommandWords {
  /**
   * Words that can stand behind {@code before}; none where nothing is known, such as behind an
   * option that takes a number. The shell picks those that go on with what has been typed, and
   * shows words that begin with a dash only once a dash is typed. On a session's thread; answers at
   * once. An exception counts as no words.
   *
   * @param command the command's name, without its scope: one service may have several
   * @param before the words between that name and the word to complete
   */
  List<String> words(String command, List<String> before);
}
