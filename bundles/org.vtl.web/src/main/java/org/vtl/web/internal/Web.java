package org.vtl.web.internal;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.LongSupplier;
import org.vtl.management.ManagementResource;
import org.vtl.web.internal.http.ApiServlet;
import org.vtl.web.internal.http.Gate;
import org.vtl.web.internal.http.Hosts;
import org.vtl.web.internal.identity.Attempts;
import org.vtl.web.internal.identity.Audit;
import org.vtl.web.internal.identity.Doorkeeper;
import org.vtl.web.internal.identity.FirstLogin;
import org.vtl.web.internal.identity.Sessions;
import org.vtl.web.internal.identity.Users;
import org.vtl.web.internal.live.EventStream;
import org.vtl.web.internal.live.Hub;
import org.vtl.web.internal.resource.Components;
import org.vtl.web.internal.resource.ConfigurationResource;
import org.vtl.web.internal.resource.ConnectionsResource;
import org.vtl.web.internal.resource.CountersResource;
import org.vtl.web.internal.resource.Jobs;
import org.vtl.web.internal.resource.LinksResource;
import org.vtl.web.internal.resource.LogLevels;
import org.vtl.web.internal.resource.LogResource;
import org.vtl.web.internal.resource.PackagesResource;
import org.vtl.web.internal.resource.ServicesResource;
import org.vtl.web.internal.resource.SessionResource;
import org.vtl.web.internal.resource.SystemResource;
import org.vtl.web.internal.resource.TraceResource;
import org.vtl.web.internal.resource.UsersResource;
import org.vtl.web.internal.resource.Versions;
import org.vtl.web.internal.route.Router;

/** All of the web bundle but the framework: what serves requests, put together. */
final class Web implements AutoCloseable {
  private static final long MEGABYTE = 1L << 20;

  private final Router router = new Router();
  private final Doorkeeper doorkeeper;
  private final Hub hub;
  private final LogResource log;
  private final Jobs jobs;
  private final PackagesResource packages;
  private final Gate gate;
  private final ApiServlet api;

  /**
   * What a web needs to know.
   *
   * @param users file of the users
   * @param data folder for what it writes
   * @param hosts names besides those of loopback
   * @param idle after which a login ends that nobody uses
   * @param longest after which a login ends in any case
   * @param uploadMegabytes of a jar at most
   * @param version of VTL
   */
  record Options(
      Path users,
      Path data,
      List<String> hosts,
      Duration idle,
      Duration longest,
      int uploadMegabytes,
      String version) {}

  Web(
      Options options,
      Providers providers,
      Components components,
      LogLevels levels,
      LongSupplier nanoClock) {
    doorkeeper =
        new Doorkeeper(
            new Users(options.users()),
            new Sessions(nanoClock, options.idle(), options.longest()),
            new FirstLogin(options.data().resolve("first-login")),
            new Attempts(nanoClock),
            new Audit(options.data().resolve("audit.log")));
    hub = new Hub(providers);
    log = new LogResource(hub::publish, levels);
    jobs = new Jobs(hub::publish);
    packages = new PackagesResource(providers, options.data().resolve("uploads"), jobs);
    Versions versions = new Versions();
    List.of(
            new SessionResource(doorkeeper),
            new UsersResource(doorkeeper),
            new SystemResource(providers, router, options.version()),
            new LinksResource(providers),
            new ServicesResource(providers, components, versions),
            new ConnectionsResource(providers),
            new CountersResource(providers),
            new TraceResource(providers),
            log,
            new ConfigurationResource(providers, versions),
            packages)
        .forEach(router::add);
    long largest = options.uploadMegabytes() * MEGABYTE;
    gate = new Gate(new Hosts(options.hosts()), doorkeeper, largest + MEGABYTE);
    api = new ApiServlet(router, doorkeeper, new EventStream(hub, doorkeeper, providers), largest);
  }

  void add(ManagementResource resource) {
    router.add(resource);
  }

  void remove(ManagementResource resource) {
    router.remove(resource);
  }

  Doorkeeper doorkeeper() {
    return doorkeeper;
  }

  /** To be told of what is logged. */
  LogResource log() {
    return log;
  }

  Gate gate() {
    return gate;
  }

  ApiServlet api() {
    return api;
  }

  @Override
  public void close() {
    hub.close();
    jobs.close();
    packages.close();
  }
}
