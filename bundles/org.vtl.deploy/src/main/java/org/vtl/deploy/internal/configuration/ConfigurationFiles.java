package org.vtl.deploy.internal.configuration;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.osgi.framework.BundleContext;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.service.metatype.MetaTypeService;
import org.vtl.deploy.internal.WatchedFolder;
import org.vtl.runtime.Configurations;
import org.vtl.text.JsonFault;

/**
 * The files of configurations and the framework's store, kept the same in both directions. A change
 * is told from an echo by its content, never by its time, so nothing goes round in circles: a file
 * counts as changed when its text differs from the text last read or written, a stored
 * configuration when its values differ from those last put there.
 *
 * <p>From any thread; one change at a time.
 */
final class ConfigurationFiles implements Configurations {
  private static final Logger LOG = System.getLogger(ConfigurationFiles.class.getName());

  private final ConfigurationFolder folder;
  private final ConfigurationStore store;
  private final Definitions definitions;

  /** What is in use, by persistent identity. */
  private final Map<String, Held> held = new HashMap<>();

  /** What is wrong, by file name. */
  private final Map<String, String> faults = new TreeMap<>();

  private record Held(String file, String text, Map<String, Object> values) {}

  ConfigurationFiles(
      BundleContext context, ConfigurationAdmin admin, MetaTypeService metatypes, Path etc) {
    this.folder = new ConfigurationFolder(etc);
    this.store = new ConfigurationStore(admin);
    this.definitions = new Definitions(context, metatypes);
  }

  /** Reads all files, and settles what the store still has from an earlier run. */
  synchronized void start() {
    look(folder::open);
    for (ConfigurationStore.Stored stored : store.all()) {
      boolean hasFile = held.containsKey(stored.pid());
      if (!hasFile && stored.file().filter(file -> !file.isEmpty()).isPresent()) {
        // Its file was removed, or became unusable, while VTL was not running.
        store.delete(stored.pid());
      } else if (!hasFile) {
        stored(stored.pid());
      }
    }
  }

  /** Looks for changed files; returns whether all are still. */
  synchronized boolean poll() {
    return !look(folder::changes) || folder.isStill();
  }

  /** Follows what a look at the folder finds; returns whether it could be read. */
  private boolean look(Supplier<WatchedFolder.Changes> at) {
    WatchedFolder.Changes changes;
    try {
      changes = at.get();
    } catch (IllegalStateException e) {
      fault(".", e.getMessage());
      return false;
    }
    follow(changes);
    clear(".");
    return true;
  }

  private void follow(WatchedFolder.Changes changes) {
    for (String file : changes.gone()) {
      clear(file);
      if (file.endsWith(Pid.EXTENSION)) {
        String pid = Pid.ofFile(file);
        Held was = held.get(pid);
        if (was != null && was.file().equals(file)) {
          held.remove(pid);
          store.delete(pid);
        }
      }
    }
    changes.settled().forEach(this::load);
    if (!changes.gone().isEmpty()) {
      // One of two files of the same name may have been all that was wrong with the other.
      List.copyOf(faults.keySet()).stream().filter(name -> !name.equals(".")).forEach(this::load);
    }
  }

  private void load(String file) {
    try {
      if (!file.endsWith(Pid.EXTENSION)) {
        throw new IllegalArgumentException(
            "%s has no effect; name it PID%s, or FACTORY~NAME%s."
                .formatted(label(file), Pid.EXTENSION, Pid.EXTENSION));
      }
      String pid = Pid.ofFile(file);
      requireName(pid, file);
      String text = folder.read(file);
      Held now = held.get(pid);
      if (now == null || !now.text().equals(text) || faults.containsKey(file)) {
        take(pid, file, text, values(pid, file, ConfigurationText.read(label(file), text)));
      }
      clear(file);
    } catch (JsonFault e) {
      fault(
          file,
          "%s, line %d, column %d is not JSON: %s."
              .formatted(label(file), e.line(), e.column(), e.getMessage()));
    } catch (IllegalArgumentException | IllegalStateException e) {
      fault(file, e.getMessage());
    }
  }

  private void requireName(String pid, String file) {
    Map<String, String> inUse = new HashMap<>();
    held.forEach((known, holds) -> inUse.put(known, holds.file()));
    NameCheck.require(folder.name(), pid, file, inUse, definitions.all());
  }

  private Map<String, Object> values(String pid, String file, ConfigurationText text) {
    return ConfigurationCheck.values(label(file), text.items(), definitions.find(pid));
  }

  private void take(String pid, String file, String text, Map<String, Object> values) {
    store.put(pid, label(file), values);
    held.put(pid, new Held(file, text, values));
  }

  /**
   * Something changed in the store, perhaps by this class.
   *
   * @param pid whose configuration
   */
  synchronized void stored(String pid) {
    Held now = held.get(pid);
    Optional<ConfigurationStore.Stored> found = store.find(pid);
    if (found.isEmpty()) {
      if (now != null) {
        held.remove(pid);
        removeFile(now.file());
      }
      return;
    }
    ConfigurationStore.Stored stored = found.get();
    if (now != null && ConfigurationStore.same(now.values(), stored.values())) {
      // Front ends that write all keys of a form drop those that are not in it.
      if (!stored.file().equals(Optional.of(label(now.file())))) {
        store.put(pid, label(now.file()), now.values());
      }
      return;
    }
    if (now == null && stored.file().equals(Optional.of(""))) {
      return;
    }
    if (stored.factory().isPresent() && Pid.factory(pid).isEmpty()) {
      rename(stored);
      return;
    }
    String file = now == null ? pid + Pid.EXTENSION : now.file();
    try {
      if (!Pid.isSafe(pid)) {
        throw new IllegalArgumentException(
            "Configuration %s gets no file, because its name cannot be one; it lasts until VTL ends."
                .formatted(pid));
      }
      ConfigurationEdit edit = edit(pid, file, now);
      edit.replace(stored.values());
      write(pid, file, edit);
      clear(file);
    } catch (JsonFault | IllegalArgumentException | IllegalStateException e) {
      fault(file, e.getMessage());
      if (now != null) {
        store.put(pid, label(file), now.values());
      }
    }
  }

  /** Gives one of several a name that a file can have. */
  private void rename(ConfigurationStore.Stored stored) {
    String factory = stored.factory().orElseThrow();
    String name = stored.pid().substring(stored.pid().lastIndexOf('.') + 1);
    String pid = factory + "~" + name.substring(0, Math.min(8, name.length()));
    store.put(pid, label(pid + Pid.EXTENSION), stored.values());
    store.delete(stored.pid());
    stored(pid);
  }

  private ConfigurationEdit edit(String pid, String file, Held now) throws JsonFault {
    ConfigurationText text =
        now == null ? ConfigurationText.empty() : ConfigurationText.read(label(file), now.text());
    return new ConfigurationEdit(label(file), text, definitions.find(pid));
  }

  /** Checks what was edited, writes it to the file, and puts it into the store: all or nothing. */
  private void write(String pid, String file, ConfigurationEdit edit) {
    Map<String, Object> values = edit.values();
    String text = edit.text(values);
    folder.write(file, text);
    take(pid, file, text, values);
  }

  /** Checks again what is in use, now that more definitions may be known. */
  synchronized void definitionsChanged() {
    for (Map.Entry<String, Held> entry : List.copyOf(held.entrySet())) {
      String pid = entry.getKey();
      Held now = entry.getValue();
      try {
        requireName(pid, now.file());
        Map<String, Object> values =
            values(pid, now.file(), ConfigurationText.read(label(now.file()), now.text()));
        if (!ConfigurationStore.same(values, now.values()) || !sameTypes(values, now.values())) {
          take(pid, now.file(), now.text(), values);
        }
      } catch (JsonFault | IllegalArgumentException e) {
        fault(now.file(), e.getMessage());
        held.remove(pid);
        store.delete(pid);
      }
    }
    List.copyOf(faults.keySet()).stream()
        .filter(name -> name.endsWith(Pid.EXTENSION) && folder.has(name))
        .forEach(this::load);
  }

  private static boolean sameTypes(Map<String, Object> a, Map<String, Object> b) {
    return a.keySet().stream()
        .allMatch(
            key -> b.containsKey(key) && ValueType.of(a.get(key)).equals(ValueType.of(b.get(key))));
  }

  @Override
  public synchronized List<Entry> list() {
    Map<String, Entry> entries = new TreeMap<>();
    for (Definition known : definitions.all()) {
      if (!known.factory()) {
        entries.put(known.pid(), new Entry(known.pid(), "", Map.of(), keys(Optional.of(known))));
      }
    }
    for (ConfigurationStore.Stored stored : store.all()) {
      entries.put(stored.pid(), entry(stored));
    }
    return List.copyOf(entries.values());
  }

  private Entry entry(ConfigurationStore.Stored stored) {
    return new Entry(
        stored.pid(),
        Optional.ofNullable(held.get(stored.pid())).map(Held::file).orElse(""),
        stored.values(),
        keys(definitions.find(stored.pid())));
  }

  private static List<Key> keys(Optional<Definition> definition) {
    return definition.stream()
        .flatMap(known -> known.keys().values().stream())
        .map(
            key ->
                new Key(key.name(), key.type().toString(), key.defaultValue(), key.description()))
        .sorted(Comparator.comparing(Key::name))
        .toList();
  }

  @Override
  public synchronized Entry set(String pid, Map<String, ?> changes) {
    String file = pid + Pid.EXTENSION;
    write(pid, file, edited(pid, file, changes));
    clear(file);
    return store.find(pid).map(this::entry).orElseThrow();
  }

  @Override
  public synchronized Entry check(String pid, Map<String, ?> changes) {
    String file = pid + Pid.EXTENSION;
    return new Entry(pid, file, edited(pid, file, changes).values(), keys(definitions.find(pid)));
  }

  private ConfigurationEdit edited(String pid, String file, Map<String, ?> changes) {
    requireName(pid, file);
    try {
      ConfigurationEdit edit = edit(pid, file, current(pid, file));
      changes.forEach(edit::change);
      return edit;
    } catch (JsonFault e) {
      throw new IllegalArgumentException(
          "%s, line %d, column %d is not JSON: %s; repair it first."
              .formatted(label(file), e.line(), e.column(), e.getMessage()),
          e);
    }
  }

  /** Has a configuration's file hold {@code text}, as it did before. */
  synchronized void restore(String pid, String text) {
    String file = pid + Pid.EXTENSION;
    folder.write(file, text);
    load(file);
  }

  /** What is to be changed: the file as it is now, which may be newer than what was read of it. */
  private Held current(String pid, String file) {
    Held now = held.get(pid);
    if (folder.has(file)) {
      return new Held(file, folder.read(file), now == null ? Map.of() : now.values());
    }
    return now;
  }

  @Override
  public synchronized void delete(String pid) {
    Held now = held.remove(pid);
    String file = now == null ? pid + Pid.EXTENSION : now.file();
    if (Pid.isSafe(pid)) {
      removeFile(file);
    }
    clear(file);
    store.delete(pid);
  }

  private void removeFile(String file) {
    try {
      folder.remove(file);
    } catch (IllegalStateException e) {
      fault(file, e.getMessage());
    }
  }

  @Override
  public synchronized List<String> faults() {
    return new ArrayList<>(faults.values());
  }

  private void fault(String file, String sentence) {
    if (!Objects.equals(faults.put(file, sentence), sentence)) {
      LOG.log(Level.WARNING, sentence);
    }
  }

  private void clear(String file) {
    if (faults.remove(file) != null) {
      LOG.log(Level.INFO, "{0} is used now.", label(file));
    }
  }

  private String label(String file) {
    return folder.label(file);
  }
}
