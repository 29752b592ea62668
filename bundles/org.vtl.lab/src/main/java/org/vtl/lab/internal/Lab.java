package org.vtl.lab.internal;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;

/**
 * The lab: two hosts on this machine that reach each other only through VTL.
 *
 * <p>Made only where system property {@code vtl.lab} is {@code true}, as {@code vtl lab} sets it in
 * a network of its own; elsewhere there are no hosts, and nothing is touched.
 */
@Component(service = Lab.class, immediate = true)
public final class Lab {
  private final List<Host> hosts = new ArrayList<>();
  private final String fault;
  private TorLab tor;

  /** Makes the hosts and says on the console how to try them. */
  @Activate
  public Lab() {
    fault = boot();
    if (isWanted()) {
      System.out.println(fault.isEmpty() ? picture() : fault);
      System.out.flush();
    }
    if (tor != null && fault.isEmpty()) {
      tor.start();
    }
  }

  private static boolean isWanted() {
    return Boolean.getBoolean("vtl.lab");
  }

  private String boot() {
    if (!isWanted()) {
      return "There is no lab here, because its hosts need a network of their own; start it with"
          + " \"vtl lab\".";
    }
    try {
      HostNames names = HostNames.OF_THIS_MACHINE;
      HostPlan vm = HostPlan.VM;
      if (TorLab.isWanted()) {
        tor = new TorLab(Path.of(System.getProperty("vtl.lab.tor")));
        names = tor.names();
        vm = HostPlan.VM_WITH_ROUTES;
      }
      hosts.add(Host.boot(vm, names));
      hosts.add(Host.boot(HostPlan.NET, HostNames.OF_THIS_MACHINE));
      return "";
    } catch (IOException e) {
      shutDown();
      return e.getMessage();
    }
  }

  /** Takes the hosts away. */
  @Deactivate
  void shutDown() {
    if (tor != null) {
      tor.close();
    }
    hosts.forEach(Host::close);
    hosts.clear();
  }

  /** Why there are no hosts, in one sentence; empty when there are. */
  public String fault() {
    return fault;
  }

  /** Empty when there is a fault. */
  public List<Host> hosts() {
    return List.copyOf(hosts);
  }

  /**
   * The host with that name.
   *
   * @throws IllegalArgumentException in one sentence, if there is none
   */
  public Host host(String name) {
    if (!fault.isEmpty()) {
      throw new IllegalArgumentException(fault);
    }
    Optional<Host> found = hosts.stream().filter(h -> h.plan().name().equals(name)).findFirst();
    return found.orElseThrow(
        () ->
            new IllegalArgumentException(
                "There is no host \"" + name + "\" in the lab; its hosts are vm and net."));
  }

  /** What the lab is and how to try it, for a person. */
  public String picture() {
    return LabPicture.text(this);
  }

  /** The host at the other end. */
  public Host peer(Host host) {
    return host(host.plan().name().equals("vm") ? "net" : "vm");
  }

  /**
   * The lab's Tor network.
   *
   * @throws IllegalArgumentException in one sentence, if it was not asked for
   */
  public TorLab tor() {
    if (tor == null) {
      throw new IllegalArgumentException(
          "There is no Tor network in this lab; start one that has it with \"vtl lab --tor\".");
    }
    return tor;
  }
}
