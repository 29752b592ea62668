package org.vtl.web.internal.route;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.vtl.management.Answer;
import org.vtl.management.ManagementResource;
import org.vtl.management.Parameter;
import org.vtl.management.Role;
import org.vtl.management.Route;
import org.vtl.management.Shape;

class RouterTest {
  private final Router router = new Router();

  private record Things(String title, List<Route> routes) implements ManagementResource {}

  private static Route get(String path, Parameter... parameters) {
    return Route.get(path, Role.VIEWER, "Gets.", Shape.NONE, request -> Answer.nothing())
        .with(parameters);
  }

  private static final Parameter THING = Parameter.segment("thing", "A thing.");

  @Test
  void aPathLeadsToItsRouteAndItsValues() {
    router.add(
        new Things(
            "Things", List.of(get("/things"), get("/things/{thing}", THING), get("/things/new"))));

    assertEquals(
        Map.of("thing", "a~b/c+d"), router.match("GET", "/things/a~b%2Fc+d").orElseThrow().path());
    assertEquals("/things/new", router.match("GET", "/things/new").orElseThrow().route().path());
    for (String path : List.of("", "/", "/thing", "/things/", "/things/a/b", "//things")) {
      assertTrue(router.match("GET", path).isEmpty(), path);
    }
    assertTrue(router.match("POST", "/things").isEmpty());
    assertEquals(Set.of("GET"), router.methods("/things/x"));
  }

  @Test
  void aRouteThatIsTakenIsNotServedTwice() {
    Things first = new Things("First", List.of(get("/things/{thing}", THING)));
    router.add(first);
    router.add(
        new Things(
            "Second", List.of(get("/things/{other}", Parameter.segment("other", "Another.")))));
    assertEquals(1, router.routes().size());

    router.remove(first);
    assertEquals(0, router.routes().size());
  }

  @Test
  void aPathWhoseParametersAreNotDescribedIsNotServed() {
    router.add(new Things("Things", List.of(get("/things/{thing}"))));
    assertEquals(0, router.routes().size());
  }

  @Test
  void parametersKeepToTheirBounds() {
    router.add(
        new Things(
            "Things",
            List.of(
                get(
                    "/things",
                    Parameter.number("limit", 100, 1, 1_000, "How many."),
                    Parameter.word("sort", List.of("age", "size"), "By what."),
                    Parameter.truth("all", "Whether all."),
                    Parameter.text("filter", 5, "Which.")))));
    Router.Match match = router.match("GET", "/things").orElseThrow();

    assertEquals(
        Map.of("limit", "100", "sort", "age", "all", "false", "filter", ""),
        match.values(null).all());
    assertEquals("a b", match.values("filter=a+b&limit=1000").text("filter"));
    for (String query :
        List.of(
            "limit=0",
            "limit=1001",
            "limit=x",
            "limit=99999999999999999999",
            "limit=1&limit=2",
            "sort=colour",
            "all=yes",
            "filter=123456",
            "none=1",
            "=1")) {
      assertThrows(IllegalArgumentException.class, () -> match.values(query), query);
    }
  }
}
