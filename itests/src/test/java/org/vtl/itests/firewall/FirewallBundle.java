package org.vtl.itests.firewall;

import java.lang.reflect.Method;
import java.util.Map;
import org.vtl.service.PacketService;
import org.vtl.service.firewall.internal.Firewall;
import org.vtl.testkit.Configuration;

/** The bundle's component, configured as the framework would. */
final class FirewallBundle {
  private FirewallBundle() {}

  /** The firewall with these lines as its rules; nobody but its own framework may say so. */
  static PacketService with(String... rules) throws ReflectiveOperationException {
    Firewall firewall = new Firewall();
    for (Method method : Firewall.class.getDeclaredMethods()) {
      if (method.getName().equals("configure")) {
        method.setAccessible(true);
        Class<?> type = method.getParameterTypes()[0];
        method.invoke(firewall, Configuration.of(type, Map.of("rules", rules)));
      }
    }
    return firewall;
  }
}
