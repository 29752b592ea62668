package org.vtl.service.capture.internal;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Dictionary;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.vtl.service.PacketTap;

/**
 * Writes packets of any place of the pipeline to pcapng files, with direction, service, verdict and
 * reason, never fills the disk, and never makes a packet wait. This is the register of the
 * captures, whether a configuration or a command asked for them; a tap exists only while a capture
 * runs.
 *
 * <pre>
 * options   link  stage  filter  file  force  snap.bytes  file.mb  files  free.mb  buffer.mb  enabled
 * counters  packets, bytes, lost, pauses: in vtl:capture list and in the files
 * shell     vtl:capture start NAME [--stage drop] ..., vtl:capture stop NAME, vtl:capture list
 * example   vtl:capture start why --stage drop --file-mb 10 --files 5
 * see also  docs/services/capture.md, {@link CaptureConfig}
 * </pre>
 */
@Component(service = Captures.class, immediate = true)
public final class Captures {
  private static final Logger LOG = System.getLogger(Captures.class.getName());

  private final BundleContext context;
  private final Path folder;
  private final Map<String, Capture> captures = new TreeMap<>();
  private final Map<String, CaptureStatus> failures = new TreeMap<>();

  @Activate
  public Captures(BundleContext context) {
    this.context = context;
    String data = context.getProperty("vtl.data");
    folder = Path.of(data == null ? "data" : data, "capture");
  }

  /** Where relative files lie. */
  Path folder() {
    return folder;
  }

  /**
   * Starts a capture.
   *
   * @throws IllegalStateException in one sentence, if the name is taken or the file cannot be made
   */
  CaptureStatus start(CaptureSpec spec, boolean configured) {
    return start(spec, configured, Disk.REAL);
  }

  /** Starts one whose files are on {@code disk}. */
  synchronized CaptureStatus start(CaptureSpec spec, boolean configured, Disk disk) {
    Capture known = captures.get(spec.name());
    if (known != null) {
      throw new IllegalStateException(
          "Capture %s is there already, into %s; stop it first or give another name."
              .formatted(spec.name(), known.status().file()));
    }
    Capture capture =
        new Capture(spec, configured, disk, System::nanoTime, tap -> register(tap, spec));
    captures.put(spec.name(), capture);
    failures.remove(spec.name());
    return capture.status();
  }

  /** Keeps a configured capture in the list that could not be started, and says so once. */
  synchronized void fail(String name, String why) {
    LOG.log(Level.WARNING, "Capture {0} does not run. {1}", name, why);
    failures.put(name, new CaptureStatus(name, "FAILED", why, "", "", "", "", 0, 0, 0, 0, true));
  }

  /**
   * Ends a capture that a command started.
   *
   * @return what it has done
   * @throws IllegalStateException in one sentence, if there is none or it is configured
   */
  synchronized CaptureStatus stop(String name) {
    Capture capture = captures.get(name);
    if (capture == null && !failures.containsKey(name)) {
      throw new IllegalStateException(
          captures.isEmpty()
              ? "There is no capture " + name + "; none is running."
              : "There is no capture %s; there are %s."
                  .formatted(name, String.join(", ", captures.keySet())));
    }
    if (capture == null || capture.isConfigured()) {
      throw new IllegalStateException(
          "Capture %s is configured; end it by vtl:config org.vtl.service.capture~%s enabled=false."
              .formatted(name, name));
    }
    return end(capture);
  }

  /** Ends what a configuration started, if it runs. */
  synchronized void remove(String name) {
    failures.remove(name);
    Capture capture = captures.get(name);
    if (capture != null && capture.isConfigured()) {
      end(capture);
    }
  }

  /** Ends a capture, whoever asked for it, unless it has ended. */
  synchronized void endIfThere(String name) {
    Capture capture = captures.get(name);
    if (capture != null) {
      end(capture);
    }
  }

  synchronized List<CaptureStatus> list() {
    List<CaptureStatus> all = new ArrayList<>(failures.values());
    captures.values().forEach(capture -> all.add(capture.status()));
    return all;
  }

  @Deactivate
  synchronized void stopAll() {
    List.copyOf(captures.values()).forEach(this::end);
  }

  private CaptureStatus end(Capture capture) {
    captures.remove(capture.spec().name());
    boolean interrupted = false;
    while (true) {
      try {
        capture.stop();
        break;
      } catch (InterruptedException e) {
        interrupted = true; // the ring must not be freed before its writer has ended
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    return capture.status();
  }

  private Runnable register(PacketTap tap, CaptureSpec spec) {
    Dictionary<String, Object> properties = new Hashtable<>();
    if (!spec.link().isEmpty()) {
      properties.put(PacketTap.LINKS, new String[] {spec.link()});
    }
    properties.put(PacketTap.DROPS_ONLY, spec.stages().areDrops());
    ServiceRegistration<PacketTap> registration =
        context.registerService(PacketTap.class, tap, properties);
    return registration::unregister;
  }
}
