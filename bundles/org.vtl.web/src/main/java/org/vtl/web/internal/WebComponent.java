package org.vtl.web.internal;

import jakarta.servlet.Filter;
import jakarta.servlet.Servlet;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
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
import org.vtl.web.internal.http.SocketEntrance;

/**
 * Registers the gate, the API, the login's page and the Felix console's guard, and tells where to
 * log in for the first time.
 */
@Component(
    service = WebComponent.class,
    immediate = true,
    name = "org.vtl.web",
    configurationPid = "org.vtl.web")
@Designate(ocd = WebConfig.class)
public final class WebComponent {
  private static final System.Logger LOG = System.getLogger(WebComponent.class.getName());
  private static final String HTTP = "org.osgi.service.servlet.runtime.HttpServiceRuntime";
  private static final String ENDPOINT = "osgi.http.endpoint";
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
  private final ServiceTracker<Object, Object> http;
  private final ServiceTracker<LogReaderService, LogReaderService> logs;
  private volatile String address = "";
  private Object endpoint;
  private boolean served;
  private SocketEntrance entrance;

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
    web.api().whenServed(this::served);
    register();
    http =
        new ServiceTracker<>(context, HTTP, null) {
          @Override
          public Object addingService(ServiceReference<Object> reference) {
            announce(reference.getProperty(ENDPOINT));
            return reference;
          }

          @Override
          public void modifiedService(ServiceReference<Object> reference, Object service) {
            announce(reference.getProperty(ENDPOINT));
          }
        };
    http.open();
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

  /** Whoever is told of the address may use it at once: so not before somebody answers there. */
  private synchronized void served() {
    served = true;
    announce(endpoint);
  }

  /** Tells where VTL can be reached, and the one-time token while there is no user. */
  private synchronized void announce(Object present) {
    endpoint = present;
    if (!served) {
      return;
    }
    String now =
        switch (present) {
          case null -> "";
          case String one -> one;
          case String[] several when several.length > 0 -> several[0];
          case Collection<?> several when !several.isEmpty() ->
              several.iterator().next().toString();
          default -> "";
        };
    if (now.equals(address)) {
      return;
    }
    address = now;
    if (now.isEmpty()) {
      return;
    }
    openEntrance();
    LOG.log(Level.INFO, "The web console is at {0}vtl/login.", address);
    if (web.doorkeeper().users().isEmpty()) {
      System.out.println("The web console has no user yet; log in once at " + loginAddress());
    }
    if (entrance == null && Boolean.parseBoolean(property("vtl.lab", "false"))) {
      System.out.println(
          "That is the lab's own loopback, which no browser reaches; \"vtl lab --with web\" starts"
              + " a lab whose console one does.");
    }
  }

  /** Framework property {@code vtl.web.socket}: where to let in those who have another network. */
  private synchronized void openEntrance() {
    String socket = property("vtl.web.socket", "");
    if (socket.isEmpty() || entrance != null) {
      return;
    }
    URI uri = URI.create(address);
    try {
      entrance =
          SocketEntrance.open(Path.of(socket), new InetSocketAddress(uri.getHost(), uri.getPort()));
    } catch (IOException e) {
      LOG.log(Level.WARNING, "The socket {0} cannot be opened ({1}).", socket, e);
    }
  }

  /** Where to log in, with a new one-time token. */
  String loginAddress() {
    return address + "vtl/login#token=" + web.doorkeeper().firstLogin().renew();
  }

  /** Where the console is; empty while nothing listens. */
  String address() {
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
    http.close();
    logs.close();
    synchronized (this) {
      if (entrance != null) {
        entrance.close();
      }
    }
    // The gate, which came first, goes last.
    registrations.reversed().forEach(ServiceRegistration::unregister);
    web.close();
  }
}
