package org.vtl.web.internal.route;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.vtl.management.Parameter;
import org.vtl.management.Role;
import org.vtl.management.Route;
import org.vtl.management.Shape;

/** The OpenAPI 3.1 document of routes, made of nothing but the routes. */
public final class OpenApi {
  private final Schema schema = new Schema();

  private OpenApi() {}

  /** The document, as maps and lists. */
  public static Map<String, Object> of(List<Route> routes, String root, String version) {
    OpenApi document = new OpenApi();
    Map<String, Map<String, Object>> paths = new TreeMap<>();
    for (Route route : routes) {
      paths
          .computeIfAbsent(route.path(), any -> new TreeMap<>())
          .put(route.method().toLowerCase(Locale.ROOT), document.operation(route));
    }
    document.schema.of(Problem.class);
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("openapi", "3.1.0");
    all.put("info", Map.of("title", "VTL", "version", version));
    all.put("servers", List.of(Map.of("url", root)));
    all.put("paths", paths);
    all.put(
        "components",
        Map.of(
            "schemas",
            document.schema.named(),
            "securitySchemes",
            Map.of(
                "session",
                Map.of(
                    "type",
                    "apiKey",
                    "in",
                    "cookie",
                    "name",
                    "vtl-session",
                    "description",
                    "Over TLS __Host-vtl-session. What changes something needs the header"
                        + " X-VTL-CSRF, too, with \"csrf\" of GET /session."),
                "token",
                Map.of("type", "http", "scheme", "bearer"))));
    return all;
  }

  private Map<String, Object> operation(Route route) {
    Map<String, Object> operation = new LinkedHashMap<>();
    operation.put("summary", route.summary());
    operation.put("operationId", operationId(route));
    operation.put("tags", List.of(route.path().split("/")[1]));
    operation.put("x-vtl-role", route.role().name().toLowerCase(Locale.ROOT));
    operation.put(
        "security",
        route.role() == Role.NONE
            ? List.of()
            : List.of(Map.of("session", List.of()), Map.of("token", List.of())));
    operation.put("parameters", parameters(route));
    if (!route.request().equals(Shape.NONE)) {
      operation.put("requestBody", Map.of("required", true, "content", content(route.request())));
    }
    Map<String, Object> responses = new LinkedHashMap<>();
    responses.put(
        "2XX",
        route.response().equals(Shape.NONE)
            ? Map.of("description", "Done.")
            : Map.of("description", "Done.", "content", content(route.response())));
    responses.put(
        "default",
        Map.of(
            "description",
            "Refused; \"detail\" says what, where, why and the remedy.",
            "content",
            content(new Shape(Problem.class, false, Problem.MEDIA))));
    operation.put("responses", responses);
    return operation;
  }

  private static String operationId(Route route) {
    StringBuilder id = new StringBuilder(route.method().toLowerCase(Locale.ROOT));
    for (String word : route.path().split("[^A-Za-z0-9]+")) {
      if (!word.isEmpty()) {
        id.append(Character.toUpperCase(word.charAt(0))).append(word.substring(1));
      }
    }
    return id.toString();
  }

  private Map<String, Object> content(Shape shape) {
    Map<String, Object> media = new LinkedHashMap<>();
    if (shape.isJson()) {
      Map<String, Object> one = schema.of(shape.type());
      media.put("schema", shape.list() ? Map.of("type", "array", "items", one) : one);
    }
    return Map.of(shape.media(), media);
  }

  private static List<Object> parameters(Route route) {
    List<Object> all = new ArrayList<>();
    for (Parameter parameter : route.parameters()) {
      Map<String, Object> one = new LinkedHashMap<>();
      one.put("name", parameter.name());
      one.put("in", parameter.inPath() ? "path" : "query");
      one.put("required", parameter.otherwise() == null);
      one.put("description", parameter.description());
      one.put("schema", schemaOf(parameter));
      all.add(one);
    }
    return all;
  }

  private static Map<String, Object> schemaOf(Parameter parameter) {
    Map<String, Object> of = new LinkedHashMap<>();
    switch (parameter.kind()) {
      case NUMBER -> {
        of.put("type", "integer");
        of.put("minimum", parameter.minimum());
        of.put("maximum", parameter.maximum());
      }
      case TRUTH -> of.put("type", "boolean");
      case TEXT -> {
        of.put("type", "string");
        if (parameter.words().isEmpty()) {
          of.put("minLength", parameter.minimum());
          of.put("maxLength", parameter.maximum());
        } else {
          of.put("enum", parameter.words());
        }
      }
    }
    if (parameter.otherwise() != null) {
      of.put(
          "default",
          switch (parameter.kind()) {
            case NUMBER -> Long.valueOf(parameter.otherwise());
            case TRUTH -> Boolean.valueOf(parameter.otherwise());
            case TEXT -> parameter.otherwise();
          });
    }
    return of;
  }
}
