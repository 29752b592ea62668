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
import org.vtl.runtime.ConnectionInfo;
import org.vtl.runtime.ConnectionPage;
import org.vtl.runtime.ConnectionQuery;
import org.vtl.runtime.ConnectionTimeline;
import org.vtl.runtime.Explanation;
import org.vtl.web.internal.Providers;

/** Connections: which there are, one with both ends, which services see it, what happened to it. */
public final class ConnectionsResource implements ManagementResource {
  private static final List<String> ORDERS =
      List.of(
          "bytes", "packets", "age", "idle", "id", "-bytes", "-packets", "-age", "-idle", "-id");
  private static final int LONGEST_FILTER = 1_000;
  private static final int MOST = 1_000;
  private static final Parameter ID = Parameter.number("connection", "The connection's number.");

  private final Providers providers;

  public ConnectionsResource(Providers providers) {
    this.providers = providers;
  }

  @Override
  public String title() {
    return "Connections";
  }

  @Override
  public List<Route> routes() {
    return List.of(
        Route.get(
                "/connections",
                Role.VIEWER,
                "Lists a part of the connections that match, sorted.",
                Shape.of(ConnectionPage.class),
                this::page)
            .with(
                Parameter.text(
                    "filter",
                    LONGEST_FILTER,
                    "Words joined by \"and\": link NAME, host ADDRESS, port N, tcp, udp, icmp,"
                        + " ipv4, ipv6, state STATE, service NAME, vlan N, each after \"not\" if"
                        + " wanted."),
                Parameter.word(
                    "sort", ORDERS, "What to sort by, the largest first; - turns it around."),
                Parameter.number(
                    "offset", 0, 0, Integer.MAX_VALUE, "How many of the sorted to skip."),
                Parameter.number("limit", 100, 1, MOST, "How many at most.")),
        Route.get(
                "/connections/{connection}",
                Role.VIEWER,
                "Shows a connection with both ends.",
                Shape.of(ConnectionInfo.class),
                this::one)
            .with(ID),
        Route.get(
                "/connections/{connection}/explanation",
                Role.VIEWER,
                "Tells which services see a connection, and why others do not.",
                Shape.of(Explanation.class),
                request -> {
                  ConnectionInfo connection = find(request);
                  return Answer.of(
                      providers
                          .runtime()
                          .explain(connection.link(), Long.toString(connection.id())));
                })
            .with(ID),
        Route.get(
                "/connections/{connection}/timeline",
                Role.VIEWER,
                "Tells what happened to a connection, also to one that is over, as far as its"
                    + " worker remembers.",
                Shape.of(ConnectionTimeline.class),
                this::timeline)
            .with(ID),
        Route.get(
                "/explanation",
                Role.VIEWER,
                "Tells which services would see a connection that need not be there.",
                Shape.of(Explanation.class),
                request ->
                    Answer.of(
                        providers
                            .runtime()
                            .explain(request.text("link"), request.text("connection"))))
            .with(
                Parameter.text("link", 100, "The link's name; may be left out if there is one."),
                Parameter.required(
                    "connection",
                    300,
                    "tcp|udp|icmp SOURCE[:PORT] > DESTINATION[:PORT], or arp.")));
  }

  private Answer page(Request request) {
    return Answer.of(
        providers
            .runtime()
            .connections(
                new ConnectionQuery(
                    request.text("filter"),
                    request.text("sort"),
                    (int) request.number("offset"),
                    (int) request.number("limit"))));
  }

  private Answer one(Request request) {
    return Answer.of(find(request));
  }

  private Answer timeline(Request request) {
    ConnectionTimeline timeline = providers.runtime().timeline(request.number("connection"));
    if (timeline.events().isEmpty()) {
      find(request); // refuses where there is none: nothing is known of that number
    }
    return Answer.of(timeline);
  }

  private ConnectionInfo find(Request request) {
    long id = request.number("connection");
    return providers
        .runtime()
        .connection(id)
        .orElseThrow(
            () ->
                Refusal.missing(
                    "There is no connection %d any more; its number is not used again."
                        .formatted(id)));
  }
}
