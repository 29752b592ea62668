package org.vtl.web.internal;

import jakarta.servlet.Filter;
import jakarta.servlet.Servlet;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import org.apache.felix.webconsole.spi.SecurityProvider;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.osgi.service.component.runtime.ServiceComponentRuntime;
import org.osgi.service.log.LogReaderService;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.util.tracker.ServiceTracker;
import org.vtl.management.ManagementResource;
import org.vtl.runtime.ConfigurationTrials;
import org.vtl.runtime.Configurations;
import org.vtl.runtime.Installer;
import org.vtl.runtime.VtlRuntime;
import org.vtl.web.internal.console.ConsoleSecurity;
import org.vtl.web.internal.console.LoginPage;
import org.vtl.web.internal.http.ApiServlet;

/** Registers the gate, the API, the login's page and the Felix console's guard. */
@Component(
    service = WebComponent.class,
    immediate = true,
    name = "org.vtl.web",
    configurationPid = "org.vtl.web")
@Designate(ocd = WebConfig.class)
public final class WebComponent {
  private static final String PREFIX = "osgi.http.whiteboard.";

  private final BundleContext context;

  @Reference(
      cardinality = ReferenceCardinality.OPTIONAL,
      policy = ReferencePolicy.DYNAMIC,
      policyOption = ReferencePolicyOption.GREEDY)
  private volatile VtlRuntime runtime;

  @Reference(
      cardinality = ReferenceCardinality.OPTIONAL,
      policy = ReferencePolicy.DYNAMIC,
      policyOption = ReferencePolicyOption.GREEDY)
  private volatile Installer installer;

  @Reference(
      cardinality = ReferenceCardinality.OPTIONAL,
      policy = ReferencePolicy.DYNAMIC,
      policyOption = ReferencePolicyOption.GREEDY)
  private volatile Configurations configurations;

  @Reference(
      cardinality = ReferenceCardinality.OPTIONAL,
      policy = ReferencePolicy.DYNAMIC,
      policyOption = ReferencePolicyOption.GREEDY)
  private volatile ConfigurationTrials trials;

  private final Providers providers =
      new Providers(() -> runtime, () -> installer, () -> configurations, () -> trials);

  private final Web web;
  private final List<ServiceRegistration<?>> registrations = new ArrayList<>();
  private final WebAddress address;
  private final ServiceTracker<LogReaderService, LogReaderService> logs;

  @Activate
  public WebComponent(
      BundleContext context, WebConfig config, @Reference ServiceComponentRuntime components) {
    this.context = context;
    web =
        new Web(
            new Web.Options(
                Path.of(property("vtl.etc", "etc"), "web.users"),
                Path.of(property("vtl.data", "data"), "web"),
                List.of(config.hosts()),
                Duration.ofMinutes(config.session_idle_minutes()),
                Duration.ofHours(config.session_hours()),
                config.upload_mb(),
                property("vtl.version", "")),
            providers,
            new FrameworkComponents(components),
            new FrameworkLogLevels(
                context,
                Path.of(property("vtl.etc", "etc"), "logback.xml"),
                Path.of(property("vtl.data", "data"), "web", "logback.xml")),
            System::nanoTime);
    address = new WebAddress(context, web.doorkeeper());
    web.api().whenServed(address::served);
    register();
    address.open();
    logs = follow(context);
    logs.open();
  }

  private ServiceTracker<LogReaderService, LogReaderService> follow(BundleContext from) {
    return new ServiceTracker<>(from, LogReaderService.class, null) {
      @Override
      public LogReaderService addingService(ServiceReference<LogReaderService> reference) {
        LogReaderService reader = super.addingService(reference);
        reader.addLogListener(web.log());
        return reader;
      }

      @Override
      public void removedService(
          ServiceReference<LogReaderService> reference, LogReaderService reader) {
        reader.removeLogListener(web.log());
        super.removedService(reference, reader);
      }
    };
  }

  private String property(String name, String otherwise) {
    String value = context.getProperty(name);
    return value == null ? otherwise : value;
  }

  private void register() {
    // In every context, also the Felix console's: nothing is served that has not passed it.
    add(
        Filter.class,
        web.gate(),
        Map.of(
            PREFIX + "filter.pattern",
            "/*",
            PREFIX + "filter.asyncSupported",
            true,
            PREFIX + "context.select",
            "(osgi.http.whiteboard.context.name=*)",
            Constants.SERVICE_RANKING,
            Integer.MAX_VALUE));
    add(
        Servlet.class,
        web.api(),
        Map.of(
            PREFIX + "servlet.pattern",
            ApiServlet.ROOT + "/*",
            PREFIX + "servlet.asyncSupported",
            true));
    add(
        Servlet.class,
        new LoginPage(),
        Map.of(PREFIX + "servlet.pattern", new String[] {"", "/vtl/login", "/vtl/login/*"}));
    add(
        SecurityProvider.class,
        new ConsoleSecurity(web.doorkeeper(), web.gate()),
        Map.of(SecurityProvider.PROPERTY_ID, "org.vtl.web"));
  }

  private <T> void add(Class<T> type, T service, Map<String, ?> properties) {
    registrations.add(context.registerService(type, service, new Hashtable<>(properties)));
  }

  /** Where the console can be reached. */
  WebAddress address() {
    return address;
  }

  @Reference(
      cardinality = ReferenceCardinality.MULTIPLE,
      policy = ReferencePolicy.DYNAMIC,
      policyOption = ReferencePolicyOption.GREEDY)
  void bindResource(ManagementResource resource) {
    web.add(resource);
  }

  void unbindResource(ManagementResource resource) {
    web.remove(resource);
  }

  @Deactivate
  void close() {
    address.close();
    logs.close();
    // The gate, which came first, goes last.
    registrations.reversed().forEach(ServiceRegistration::unregister);
    web.close();
  }
}
