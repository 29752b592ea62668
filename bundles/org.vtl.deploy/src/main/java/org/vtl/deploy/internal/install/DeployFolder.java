package org.vtl.deploy.internal.install;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.vtl.deploy.internal.WatchedFolder;
import org.vtl.runtime.Installer;

/**
 * The folder whose jars and features are installed: what is put there comes, what changes is
 * updated, what is taken away goes. One thread.
 */
final class DeployFolder {
  private static final Logger LOG = System.getLogger(DeployFolder.class.getName());

  private final Path path;
  private final BundleInstaller installer;
  private final WatchedFolder folder;

  /** Files that could not be used, but perhaps can when another bundle is there. */
  private final Set<String> waiting = new LinkedHashSet<>();

  /** Files that have the name of another, and come in when that goes. */
  private final Set<String> refused = new LinkedHashSet<>();

  private String fault = "";

  DeployFolder(Path path, BundleInstaller installer) {
    this.path = path;
    this.installer = installer;
    this.folder = new WatchedFolder(path, name -> name.endsWith(".jar") || name.endsWith(".json"));
  }

  /** Looks once, and does what has to be done; returns whether all is still. */
  boolean poll() {
    WatchedFolder.Changes changes;
    try {
      Files.createDirectories(path);
      changes = folder.scan();
      fault = "";
    } catch (IOException e) {
      String now =
          "The folder %s cannot be read (%s); make it readable for VTL.".formatted(path, e);
      if (!now.equals(fault)) {
        LOG.log(Level.WARNING, now);
      }
      fault = now;
      return true;
    }
    List<String> gone = new ArrayList<>(changes.gone());
    waiting.removeAll(gone);
    refused.removeAll(gone);
    List<String> open = new ArrayList<>(changes.settled());
    if (!gone.isEmpty()) {
      refused.stream().filter(file -> !open.contains(file)).forEach(open::add);
    }
    boolean changed = false;
    for (String file : open) {
      changed |= install(file, gone);
    }
    if (!gone.isEmpty()) {
      installer.removeDeployed(gone);
    }
    while (changed && !waiting.isEmpty()) {
      changed = false;
      for (String file : List.copyOf(waiting)) {
        changed |= install(file, List.of());
      }
    }
    return folder.isStill();
  }

  /** Whether it is installed now. */
  private boolean install(String file, List<String> gone) {
    // From reading on: what another change has just read, it may tidy away.
    return installer.exclusively(() -> installAlone(file, gone));
  }

  private boolean installAlone(String file, List<String> gone) {
    waiting.remove(file);
    refused.remove(file);
    String label = "deploy/" + file;
    try {
      Sources.Found found = installer.sources().open(path.resolve(file), label, label);
      Optional<String> before = installer.deployedFrom(found.name());
      if (before.isPresent() && gone.contains(before.get())) {
        // A new file of the same bundle, and the old file went: an update, without a gap.
        installer.moveDeployed(before.get(), file);
      } else if (before.isPresent() && !before.get().equals(file)) {
        refused.add(file);
      }
      Installer.Outcome outcome = installer.install(found, file, progress -> {});
      installer.deployFailed(file, null);
      installer.retire(file, found.name());
      LOG.log(Level.INFO, "{0}: {1}", label, outcome.message());
      return true;
    } catch (Refused e) {
      if (e.isPerhapsLater()) {
        waiting.add(file);
      }
      installer.deployFailed(file, reason(label, e));
      return false;
    }
  }

  private static String reason(String label, Refused refusal) {
    return refusal.getMessage().startsWith(label)
        ? refusal.getMessage()
        : label + ": " + refusal.getMessage();
  }
}
