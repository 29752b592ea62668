package org.vtl.web.internal.resource;

import java.util.List;
import org.vtl.management.Answer;
import org.vtl.management.ManagementResource;
import org.vtl.management.Parameter;
import org.vtl.management.Refusal;
import org.vtl.management.Request;
import org.vtl.management.Role;
import org.vtl.management.Route;
import org.vtl.management.Shape;
import org.vtl.runtime.LinkInfo;
import org.vtl.runtime.PortInfo;
import org.vtl.web.internal.Providers;

/** Links and their ports. */
public final class LinksResource implements ManagementResource {
  private final Providers providers;

  public LinksResource(Providers providers) {
    this.providers = providers;
  }

  @Override
  public String title() {
    return "Links";
  }

  @Override
  public List<Route> routes() {
    return List.of(
        Route.get(
            "/links",
            Role.VIEWER,
            "Lists the links with state, ports and counts.",
            Shape.listOf(LinkInfo.class),
            request -> Answer.of(providers.runtime().links())),
        Route.get(
                "/links/{link}", Role.VIEWER, "Shows a link.", Shape.of(LinkInfo.class), this::one)
            .with(Parameter.segment("link", "The link's name.")),
        Route.get(
            "/ports",
            Role.VIEWER,
            "Lists the ports of all links.",
            Shape.listOf(PortInfo.class),
            request -> Answer.of(providers.runtime().ports())));
  }

  private Answer one(Request request) {
    String name = request.text("link");
    return providers.runtime().links().stream()
        .filter(link -> link.name().equals(name))
        .findFirst()
        .map(Answer::of)
        .orElseThrow(() -> Refusal.missing("There is no link %s.".formatted(name)));
  }
}
