package org.vtl.deploy.internal.install;

import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import org.vtl.runtime.Installer;

/**
 * What is installed and what failed, kept in memory and, but for what the deploy folder holds, in
 * the list that the next run restores. Read from any thread; changed by one at a time.
 */
final class Installations {
  private final InstalledList list;
  private final Map<String, Installation> byName = new ConcurrentSkipListMap<>();

  /** What failed, by the file or the name that it was asked under. */
  private final Map<String, Installer.Installed> failures = new ConcurrentSkipListMap<>();

  Installations(InstalledList list) {
    this.list = list;
  }

  /**
   * Takes up what an earlier run had installed. Jars of others are discarded.
   *
   * @return what is to be restored
   * @throws Refused if the list cannot be read; nothing is taken up then
   */
  List<Installation> read() {
    List<Installation> read = list.read();
    list.discardOthers(read);
    read.forEach(this::put);
    return read;
  }

  /**
   * Writes down, for the next run, what did not come from the deploy folder.
   *
   * @throws Refused if the list cannot be written
   */
  void save() {
    list.write(byName.values().stream().filter(item -> item.file().isEmpty()).toList());
  }

  /** Removes the jars that nothing of what is installed uses. */
  void discardOtherJars() {
    list.discardOthers(byName.values());
  }

  /** Adds {@code item}, in place of what had its name. */
  void put(Installation item) {
    byName.put(item.name(), item);
  }

  /** Forgets the installation of that name. */
  void remove(String name) {
    byName.remove(name);
  }

  /** Lets what came from one file of the deploy folder come from another. */
  void move(String fromFile, String toFile) {
    byName.replaceAll(
        (name, item) ->
            item.file().equals(fromFile)
                ? new Installation(
                    name,
                    item.feature(),
                    item.version(),
                    item.source(),
                    toFile,
                    item.bundles(),
                    item.configurations())
                : item);
  }

  /** The installation of that name; empty if there is none. */
  Optional<Installation> find(String name) {
    return Optional.ofNullable(byName.get(name));
  }

  /** The first installation, by name, that uses the bundle; empty if none does. */
  Optional<Installation> owner(String symbolicName) {
    return byName.values().stream().filter(item -> item.uses(symbolicName)).findFirst();
  }

  /** All installations in the order of their names; a view, not to be changed. */
  Collection<Installation> all() {
    return byName().values();
  }

  /** All installations by name; a view, not to be changed. */
  Map<String, Installation> byName() {
    return Collections.unmodifiableMap(byName);
  }

  /**
   * Keeps in mind that something could not be installed.
   *
   * @param name the file or the name that it was asked under
   * @param version empty if unknown
   * @param source empty if unknown
   * @param reason one sentence
   */
  void fail(String name, String version, String source, String reason) {
    failures.put(name, new Installer.Installed(name, version, source, "FAILED", reason));
  }

  /** Forgets the failure of {@code name}, and returns it; empty if there was none. */
  Optional<Installer.Installed> succeed(String name) {
    return Optional.ofNullable(failures.remove(name));
  }

  /** The failure of {@code name}; empty if there is none. */
  Optional<Installer.Installed> failure(String name) {
    return Optional.ofNullable(failures.get(name));
  }

  /** What failed, in the order of names; a view, not to be changed. */
  Collection<Installer.Installed> failures() {
    return Collections.unmodifiableCollection(failures.values());
  }
}
