package org.vtl.testkit;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.vtl.port.Offloads;
import org.vtl.port.PacketPort;
import org.vtl.port.PortAddress;
import org.vtl.port.PortContext;
import org.vtl.port.PortException;
import org.vtl.port.PortProvider;

/**
 * Opens {@link MemoryPort}s: {@code memory:vm1?offloads=none&mtu=1400}. A test registers it as a
 * {@link PortProvider} with the scheme {@value #SCHEME}, and asks it for the same port by name.
 *
 * <p>Options: {@code offloads} ({@code all}, the default, or {@code none}), {@code mtu} (bytes),
 * and {@code carry} ({@code yes} for a VM's port past which connections can be carried). Ports
 * outlive being closed. May be used from any thread.
 */
public final class MemoryPortProvider implements PortProvider {
  /** The scheme of its addresses. */
  public static final String SCHEME = "memory";

  private final Map<String, MemoryPort> ports = new ConcurrentHashMap<>();
  private final Set<String> absent = ConcurrentHashMap.newKeySet();

  public MemoryPortProvider() {}

  /** The port of this name, made when it is first asked for. */
  public MemoryPort port(String name) {
    return ports.computeIfAbsent(name, MemoryPort::new);
  }

  /** Whether the port cannot be opened from now on, like an interface that is not there. */
  public void setAbsent(String name, boolean isAbsent) {
    if (isAbsent) {
      absent.add(name);
    } else {
      absent.remove(name);
    }
  }

  @Override
  public PacketPort open(PortAddress address, PortContext context) throws PortException {
    for (String option : address.options().keySet()) {
      if (!option.equals("offloads") && !option.equals("mtu") && !option.equals("carry")) {
        throw new IllegalArgumentException(
            "Port \""
                + address
                + "\" has an option \""
                + option
                + "\"; there are offloads, mtu and carry.");
      }
    }
    if (absent.contains(address.target())) {
      throw new PortException("Port \"" + address + "\" is not there; the test took it away.");
    }
    MemoryPort port = port(address.target());
    String offloads = address.options().get("offloads");
    if (offloads != null) {
      port.setOffloads(offloads.equals("none") ? Offloads.NONE : Offloads.ALL);
    }
    String mtu = address.options().get("mtu");
    if (mtu != null) {
      port.setMtu(Integer.parseInt(mtu));
    }
    if (address.options().containsKey("carry")) {
      port.setOffloadable(address.options().get("carry").equals("yes"));
    }
    return port.open(context);
  }
}
