package org.vtl.web.internal.resource;

import java.util.Comparator;
import java.util.List;
import org.vtl.management.Answer;
import org.vtl.management.ManagementResource;
import org.vtl.management.Parameter;
import org.vtl.management.Request;
import org.vtl.management.Role;
import org.vtl.management.Route;
import org.vtl.management.Shape;
import org.vtl.runtime.CounterInfo;
import org.vtl.web.internal.Providers;

/** Counters, and the reasons for drops. */
public final class CountersResource implements ManagementResource {
  private static final Parameter LINK =
      Parameter.text("link", 100, "Only of the link of this name.");

  private final Providers providers;

  public CountersResource(Providers providers) {
    this.providers = providers;
  }

  @Override
  public String title() {
    return "Counters";
  }

  @Override
  public List<Route> routes() {
    return List.of(
        Route.get(
                "/counters",
                Role.VIEWER,
                "Lists all counters.",
                Shape.listOf(CounterInfo.class),
                request -> Answer.of(of(request)))
            .with(LINK),
        Route.get(
                "/drops",
                Role.VIEWER,
                "Lists the reasons for which packets were dropped, the most frequent first.",
                Shape.listOf(CounterInfo.class),
                request ->
                    Answer.of(
                        of(request).stream()
                            .filter(counter -> counter.drop() && counter.value() > 0)
                            .sorted(Comparator.comparingLong(CounterInfo::value).reversed())
                            .toList()))
            .with(LINK));
  }

  private List<CounterInfo> of(Request request) {
    String link = request.text("link");
    return providers.runtime().counters().stream()
        .filter(counter -> link.isEmpty() || counter.link().equals(link))
        .toList();
  }
}
