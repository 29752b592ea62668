package org.vtl.web.internal.resource;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.vtl.management.Answer;
import org.vtl.management.ManagementResource;
import org.vtl.management.Parameter;
import org.vtl.management.Role;
import org.vtl.management.Route;
import org.vtl.management.Shape;
import org.vtl.runtime.LinkInfo;
import org.vtl.web.internal.Providers;
import org.vtl.web.internal.http.ApiServlet;
import org.vtl.web.internal.live.EventStream;
import org.vtl.web.internal.live.Hub;
import org.vtl.web.internal.route.OpenApi;
import org.vtl.web.internal.route.Router;

/** VTL as a whole, this API's description, and what happens now. */
public final class SystemResource implements ManagementResource {
  private final Providers providers;
  private final Router router;
  private final String version;
  private final long started = System.nanoTime();

  /**
   * VTL as a whole.
   *
   * @param version of VTL
   * @param uptimeSeconds since this bundle started
   * @param links how many
   * @param linksUp how many of them pass frames
   * @param connections of all links
   * @param faults what is wrong, a sentence each; empty when nothing is
   */
  record Status(
      String version,
      long uptimeSeconds,
      int links,
      int linksUp,
      long connections,
      List<String> faults) {}

  /** A resource: its first path, and its name for people. */
  record Resource(String path, String title) {}

  public SystemResource(Providers providers, Router router, String version) {
    this.providers = providers;
    this.router = router;
    this.version = version;
  }

  @Override
  public String title() {
    return "System";
  }

  @Override
  public List<Route> routes() {
    return List.of(
        Route.get(
            "/status",
            Role.VIEWER,
            "Says how VTL is.",
            Shape.of(Status.class),
            request -> Answer.of(status())),
        Route.get(
            "/resources",
            Role.VIEWER,
            "Lists the kinds of things that can be managed, those of other bundles among them.",
            Shape.listOf(Resource.class),
            request ->
                Answer.of(
                    router.resources().stream()
                        .map(
                            one ->
                                new Resource(
                                    "/" + one.routes().getFirst().path().split("/")[1],
                                    one.title()))
                        .toList())),
        Route.get(
            "/openapi.json",
            Role.VIEWER,
            "Describes all routes (OpenAPI 3.1).",
            new Shape(Map.class, false, "application/json"),
            request -> Answer.of(OpenApi.of(router.routes(), ApiServlet.ROOT, version))),
        Route.get(
                "/events",
                Role.VIEWER,
                "Tells what happens now, as server-sent events: event is the topic, data is JSON.",
                Shape.bytes(EventStream.MEDIA),
                request -> {
                  throw new IllegalStateException("Events are streamed.");
                })
            .with(
                Parameter.required(
                    "topics", 100, "Some of " + String.join(", ", Hub.TOPICS) + ", by commas."),
                Parameter.text(
                    "filter", 1_000, "Which packets to trace, in the words of connections.")));
  }

  private Status status() {
    List<String> faults = new ArrayList<>();
    providers.presentConfigurations().ifPresent(all -> faults.addAll(all.faults()));
    List<LinkInfo> links =
        providers
            .presentRuntime()
            .map(
                runtime -> {
                  faults.addAll(runtime.faults());
                  return runtime.links();
                })
            .orElseGet(
                () -> {
                  faults.add("The engine is not running; the log says why.");
                  return List.of();
                });
    return new Status(
        version,
        (System.nanoTime() - started) / 1_000_000_000,
        links.size(),
        (int) links.stream().filter(link -> link.state().equals("UP")).count(),
        links.stream().mapToLong(LinkInfo::connections).sum(),
        faults);
  }
}
