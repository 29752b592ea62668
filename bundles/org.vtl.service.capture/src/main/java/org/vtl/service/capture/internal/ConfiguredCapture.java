package org.vtl.service.capture.internal;

import java.util.Map;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.Designate;

/** A capture that a configuration asks for: {@code org.vtl.service.capture~NAME}. */
@Component(
    service = ConfiguredCapture.class,
    immediate = true,
    configurationPid = "org.vtl.service.capture",
    configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = CaptureConfig.class, factory = true)
public final class ConfiguredCapture {
  private final Captures captures;
  private final String name;

  /** Starts it; a changed configuration makes a new one. */
  @Activate
  public ConfiguredCapture(
      @Reference Captures captures, CaptureConfig config, Map<String, Object> properties) {
    this.captures = captures;
    String pid = String.valueOf(properties.get("service.pid"));
    name = pid.substring(pid.indexOf('~') + 1);
    if (config.enabled()) {
      try {
        captures.start(CaptureSpec.of(name, CaptureOptions.of(config), captures.folder()), true);
      } catch (IllegalArgumentException | IllegalStateException e) {
        captures.fail(name, e.getMessage());
      }
    }
  }

  @Deactivate
  void stop() {
    captures.remove(name);
  }
}
