package org.vtl.core.internal;

import java.util.Map;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.osgi.service.metatype.annotations.Option;

/**
 * One link for each configuration {@code org.vtl.link~NAME}. A wrong one is refused with its
 * reason, and the other links come up.
 */
@Component(
    name = "org.vtl.link",
    service = {},
    immediate = true,
    configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = LinkComponent.Keys.class, factory = true)
public final class LinkComponent {
  /** The keys of a link; {@code LinkSettings} reads and checks them. */
  @ObjectClassDefinition(
      name = "VTL link",
      description = "One VM's attachment: a port on its side and one on the network's.")
  @interface Keys {
    @AttributeDefinition(
        name = "VM port",
        description = "Where the VM is, such as tap:vm1 or packet:vnet0.")
    String vm_port();

    @AttributeDefinition(
        name = "Network port",
        description = "Where the network is, such as packet:eth1.")
    String network_port();

    @AttributeDefinition(
        name = "Required services",
        description = "Names of services without which nothing passes.",
        required = false)
    String[] required() default {};

    @AttributeDefinition(
        name = "While a required service is absent",
        description = "Hold packets for a while, or drop them at once.",
        options = {
          @Option(label = "hold", value = "hold"),
          @Option(label = "drop", value = "drop")
        })
    String absence() default "hold";

    @AttributeDefinition(
        name = "Held packets",
        description = "How many packets wait for a required service at most.",
        min = "0",
        max = "20000")
    int hold_packets() default 512;

    @AttributeDefinition(
        name = "Holding time",
        description = "How long a packet waits for a required service, in milliseconds.",
        min = "0",
        max = "60000")
    int hold_ms() default 2000;

    @AttributeDefinition(
        name = "While there is nothing to do",
        description =
            "Sleep unless answers come soon (auto), always sleep (off), or never sleep (on).",
        options = {
          @Option(label = "auto", value = "auto"),
          @Option(label = "off", value = "off"),
          @Option(label = "on", value = "on")
        })
    String spin() default "auto";

    @AttributeDefinition(
        name = "Malformed frames",
        description = "Drop frames that contradict themselves, or let them pass.",
        options = {
          @Option(label = "drop", value = "drop"),
          @Option(label = "pass", value = "pass")
        })
    String malformed() default "drop";

    @AttributeDefinition(
        name = "Connections that no service needs to see",
        description =
            "Have the kernel carry them, where it and both ports can (auto), or VTL always (off).",
        options = {@Option(label = "auto", value = "auto"), @Option(label = "off", value = "off")})
    String offload() default "auto";

    @AttributeDefinition(
        name = "Packets before offload",
        description = "How many packets of a connection VTL carries itself first.",
        min = "2",
        max = "1000000")
    int offload_packets() default 20;

    @AttributeDefinition(
        name = "Packets",
        description = "Packets in each worker's pool; each takes up to 66 KB when used.",
        min = "128",
        max = "30000")
    int packets() default 2048;

    @AttributeDefinition(
        name = "Connections",
        description = "Connections each worker remembers at most, of 320 bytes each.",
        min = "16",
        max = "4000000")
    int connections() default 131072;

    @AttributeDefinition(
        name = "Workers",
        description = "Threads that share the link's traffic, each with its connections.",
        min = "1",
        max = "16")
    int workers() default 1;

    @AttributeDefinition(
        name = "Nice value of the workers",
        description =
            "From -20, before all other threads on the processors, to 19; 0 leaves it as it is.",
        min = "-20",
        max = "19")
    int nice() default 0;
  }

  private final EngineComponent engine;
  private final String name;

  @Activate
  public LinkComponent(@Reference EngineComponent engine, Map<String, Object> configuration) {
    this.engine = engine;
    this.name = name(configuration);
    apply(configuration);
  }

  @Modified
  void apply(Map<String, Object> configuration) {
    Object file = configuration.get("vtl.config.file");
    try {
      engine.engine().addLink(name, configuration, file == null ? "Link " + name : "File " + file);
    } catch (IllegalArgumentException e) {
      // Kept by the engine and shown by vtl:links; the other links come up.
    }
  }

  @Deactivate
  void remove() {
    engine.engine().removeLink(name);
  }

  /** The part of the PID behind {@code org.vtl.link~}. */
  private static String name(Map<String, Object> configuration) {
    String pid = String.valueOf(configuration.get("service.pid"));
    return pid.substring(pid.indexOf('~') + 1);
  }
}
