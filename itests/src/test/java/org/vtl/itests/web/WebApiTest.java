package org.vtl.itests.web;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vtl.text.JsonReader;

/** What scripts and pages do through the API, and that what comes back is what is described. */
class WebApiTest {
  @TempDir static Path folder;
  private static RunningWeb web;
  private static Map<?, ?> document;

  @BeforeAll
  static void start() throws Exception {
    web = RunningWeb.start(folder);
    document = web.as("viewer", "GET", "/openapi.json", null).object();
    install("portblock");
  }

  @AfterAll
  static void stop() throws Exception {
    web.close();
  }

  private static void install(String feature) throws Exception {
    RunningWeb.Reply reply =
        RunningWeb.expect(
            202,
            web.as(
                "admin",
                "POST",
                "/jobs",
                "{\"action\":\"install\",\"source\":\"" + feature + "\"}"));
    assertEquals("DONE", done(reply).get("state"), reply.body());
  }

  /** The job as it ended. */
  private static Map<?, ?> done(RunningWeb.Reply started) throws Exception {
    String id = started.object().get("id").toString();
    while (true) {
      Map<?, ?> job = web.as("viewer", "GET", "/jobs/" + id, null).object();
      if (Set.of("DONE", "FAILED").contains(job.get("state"))) {
        return job;
      }
      Thread.sleep(50);
    }
  }

  /** Makes a link whose ports are not there, which can be explained all the same. */
  private static void addLink() throws Exception {
    Files.writeString(
        web.etc.resolve("org.vtl.link~explained.cfg.json"),
        "{\"vm.port\": \"packet:none0\", \"network.port\": \"packet:none1\"}");
    while (web.as("viewer", "GET", "/links/explained", null).status() != 200) {
      TimeUnit.MILLISECONDS.sleep(20);
    }
  }

  @Test
  void eventsAreAsTheDocumentSays() throws Exception {
    Map<?, ?> get = (Map<?, ?>) ((Map<?, ?>) at(document, "paths", "/events")).get("get");
    Map<?, ?> content = (Map<?, ?>) at(get, "responses", "2XX", "content");
    assertEquals(Set.of("text/event-stream"), content.keySet());
    HttpResponse<Stream<String>> events =
        web.client()
            .send(
                web.request("GET", RunningWeb.API + "/events?topics=links,services,drops", null)
                    .header("Authorization", "Bearer " + web.tokens.get("viewer"))
                    .build(),
                HttpResponse.BodyHandlers.ofLines());
    assertEquals("text/event-stream", type(events));
    Set<String> awaited = new HashSet<>(Set.of("links", "services", "drops"));
    try (Stream<String> lines = events.body()) {
      String event = "";
      for (String line : (Iterable<String>) lines::iterator) {
        if (line.startsWith("event: ")) {
          event = line.substring("event: ".length());
        } else if (line.startsWith("data: ")) {
          JsonReader.parse(line.substring("data: ".length()));
          awaited.remove(event);
        } else {
          assertTrue(line.matches("|retry: \\d+|id: \\d+|:.*"), line);
        }
        if (awaited.isEmpty()) {
          break;
        }
      }
    }
    assertEquals(Set.of(), awaited);
  }

  private static String type(HttpResponse<?> response) {
    return response.headers().firstValue("content-type").orElse("").split(";")[0];
  }

  private static Object at(Map<?, ?> map, String... path) {
    Object found = map;
    for (String word : path) {
      found = ((Map<?, ?>) found).get(word);
    }
    return found;
  }

  @Test
  void answersAreAsTheDocumentSays() throws Exception {
    addLink();
    Map<?, ?> paths = (Map<?, ?>) document.get("paths");
    int checked = 0;
    for (Map.Entry<?, ?> path : paths.entrySet()) {
      Map<?, ?> get = (Map<?, ?>) ((Map<?, ?>) path.getValue()).get("get");
      if (get == null
          || path.getKey().toString().contains("{")
          || path.getKey().equals("/events")) {
        continue;
      }
      String query =
          switch (path.getKey().toString()) {
            case "/plan" -> "?source=portblock";
            case "/trace" -> "?seconds=1&count=1";
            case "/explanation" -> "?link=explained&connection=arp";
            default -> "";
          };
      RunningWeb.Reply reply = web.as("admin", "GET", path.getKey() + query, null);
      assertEquals(200, reply.status(), path.getKey() + reply.body());
      Map<?, ?> responses = (Map<?, ?>) get.get("responses");
      Map<?, ?> content = (Map<?, ?>) ((Map<?, ?>) responses.get("2XX")).get("content");
      Map<?, ?> media = (Map<?, ?>) content.get("application/json");
      List<String> faults = new ArrayList<>();
      fit(reply.json(), (Map<?, ?>) media.get("schema"), path.getKey().toString(), faults);
      assertEquals(List.of(), faults);
      checked++;
    }
    assertTrue(checked >= 15, checked + " were checked");
  }

  @Test
  void refusalsAreProblemsInOneSentence() throws Exception {
    for (String path : List.of("/links/none", "/nothing", "/connections?limit=0", "/jobs/none")) {
      RunningWeb.Reply reply = web.as("admin", "GET", path, null);
      assertEquals("application/problem+json", reply.header("content-type"), path);
      String detail = reply.object().get("detail").toString();
      assertTrue(detail.endsWith(".") && !detail.contains("\n"), detail);
      assertEquals((long) reply.status(), reply.object().get("status"));
    }
  }

  /** Holds a value against the part of JSON Schema that the document uses. */
  private static void fit(Object value, Map<?, ?> schema, String where, List<String> faults)
      throws Exception {
    if (schema.containsKey("$ref")) {
      String name = schema.get("$ref").toString().replace("#/components/schemas/", "");
      Map<?, ?> schemas = (Map<?, ?>) ((Map<?, ?>) document.get("components")).get("schemas");
      fit(value, (Map<?, ?>) schemas.get(name), where, faults);
      return;
    }
    if (schema.get("anyOf") instanceof List<?> several) {
      List<String> best = null;
      for (Object one : several) {
        List<String> tried = new ArrayList<>();
        fit(value, (Map<?, ?>) one, where, tried);
        best = best == null || tried.size() < best.size() ? tried : best;
      }
      faults.addAll(best);
      return;
    }
    boolean fits =
        switch (schema.containsKey("type") ? schema.get("type").toString() : "any") {
          case "string" -> value instanceof String;
          case "integer" -> value instanceof Long;
          case "number" -> value instanceof Number;
          case "boolean" -> value instanceof Boolean;
          case "array" -> value instanceof List;
          case "object" -> value instanceof Map;
          case "null" -> value == null;
          default -> true;
        };
    if (!fits || schema.get("enum") instanceof List<?> words && !words.contains(value)) {
      faults.add(where + " is " + value + ", not " + schema);
      return;
    }
    if (value instanceof List<?> list && schema.get("items") instanceof Map<?, ?> items) {
      for (Object each : list) {
        fit(each, items, where + "[]", faults);
      }
    }
    if (value instanceof Map<?, ?> map && schema.get("properties") instanceof Map<?, ?> named) {
      Set<Object> missing = new HashSet<>((List<?>) schema.get("required"));
      missing.removeAll(map.keySet());
      missing.forEach(key -> faults.add(where + " lacks " + key));
      for (Map.Entry<?, ?> member : map.entrySet()) {
        Map<?, ?> property = (Map<?, ?>) named.get(member.getKey());
        if (property == null) {
          faults.add(where + " has " + member.getKey() + " besides");
        } else {
          fit(member.getValue(), property, where + "." + member.getKey(), faults);
        }
      }
    }
  }

  @Test
  void ofTwoWhoChangeTheOrderTheSecondIsTold() throws Exception {
    String version = web.as("operator", "GET", "/services", null).header("etag");
    assertEquals(200, prioritise("{\"priority\":310}", version).status());
    assertEquals(310L, service("portblock").get("priority"));
    RunningWeb.Reply second = prioritise("{\"priority\":320}", version);
    assertEquals(412, second.status());
    assertTrue(second.body().contains("by operator at "), second.body());
    assertEquals(310L, service("portblock").get("priority"));
    assertEquals(200, prioritise("{\"priority\":-1}", "*").status());
  }

  private static RunningWeb.Reply prioritise(String body, String version) throws Exception {
    return web.call(
        web.request("PATCH", RunningWeb.API + "/services/portblock", body)
            .header("Authorization", "Bearer " + web.tokens.get("operator"))
            .header("If-Match", version));
  }

  private static Map<?, ?> service(String name) throws Exception {
    return web.as("viewer", "GET", "/services/" + name, null).object();
  }

  @Test
  void aServiceIsTurnedOffAndOn() throws Exception {
    RunningWeb.Reply off =
        web.as("operator", "PATCH", "/services/portblock", "{\"enabled\":false}");
    assertEquals(200, off.status(), off.body());
    assertEquals("DISABLED", off.object().get("state"), off.body());
    RunningWeb.Reply on = web.as("operator", "PATCH", "/services/portblock", "{\"enabled\":true}");
    assertEquals("ACTIVE", on.object().get("state"), on.body());
  }

  @Test
  void aConfigurationIsTriedChangedAndTakenBack() throws Exception {
    String path = "/configurations/org.vtl.example.portblock";
    Path file = web.etc.resolve("org.vtl.example.portblock.cfg.json");
    String change = "{\"values\":{\"ports\":[8080,25]}}";
    Map<?, ?> dry = web.as("operator", "PATCH", path + "?dryRun=true", change).object();
    assertEquals(false, dry.get("applied"));
    assertFalse(Files.exists(file) && Files.readString(file).contains("8080"));
    assertTrue(dry.get("differences").toString().contains("8080"), dry.toString());

    RunningWeb.Reply applied = web.as("operator", "PATCH", path + "?confirmSeconds=600", change);
    assertEquals(200, applied.status(), applied.body());
    assertTrue(Files.readString(file).contains("8080"));
    assertEquals(409, web.as("operator", "PATCH", path + "?confirmSeconds=9", change).status());
    RunningWeb.Reply outdated =
        web.call(
            web.request("PATCH", RunningWeb.API + path, change)
                .header("Authorization", "Bearer " + web.tokens.get("operator"))
                .header("If-Match", dry.get("version").toString()));
    assertEquals(412, outdated.status(), outdated.body());
    assertEquals(
        200,
        web.as("operator", "DELETE", "/configuration-trials/org.vtl.example.portblock", null)
            .status());
    assertFalse(Files.exists(file) && Files.readString(file).contains("8080"));

    applied = web.as("operator", "PATCH", path + "?confirmSeconds=1", change);
    assertEquals(200, applied.status(), applied.body());
    while (!web.as("viewer", "GET", "/configuration-trials", null).list().isEmpty()) {
      Thread.sleep(50);
    }
    assertFalse(Files.exists(file) && Files.readString(file).contains("8080"));
    RunningWeb.Reply wrong = web.as("operator", "PATCH", path, "{\"values\":{\"prots\":[8080]}}");
    assertEquals(400, wrong.status());
    assertTrue(wrong.body().contains("did you mean"), wrong.body());
    for (String values : List.of("{\"ports\":[null]}", "{\"ports\":{}}", "{\"ports\":[[1]]}")) {
      assertEquals(
          400, web.as("operator", "PATCH", path, "{\"values\":" + values + "}").status(), values);
    }
    assertEquals(
        403,
        web.as("operator", "PATCH", "/configurations/org.vtl.web", "{\"values\":{}}").status());
    for (String key : List.of("tor.program", "tor.options", "control.cookie")) {
      String program = "{\"values\":{\"%s\":\"/bin/sh\"}}".formatted(key);
      String tor = "/configurations/org.vtl.service.tor";
      RunningWeb.Reply refused = web.as("operator", "PATCH", tor, program);
      assertEquals(403, refused.status(), key);
      assertTrue(refused.body().contains("Key " + key), refused.body());
    }
    String port = "{\"values\":{\"vm.port\":\"file:/tmp/out.pcapng\"}}";
    assertEquals(403, web.as("operator", "PATCH", "/configurations/org.vtl.link~x", port).status());
  }

  @Test
  void anUploadIsPlannedInstalledAndRemoved() throws Exception {
    Path jar;
    try (var all = Files.walk(Path.of(System.getProperty("vtl.folder"), "system"))) {
      jar =
          all.filter(
                  file ->
                      file.toString().endsWith(".jar")
                          && file.toString().contains("service.firewall"))
              .findFirst()
              .orElseThrow();
    }
    RunningWeb.Reply upload =
        web.call(
            HttpRequest.newBuilder(java.net.URI.create(web.origin + RunningWeb.API + "/uploads"))
                .POST(HttpRequest.BodyPublishers.ofFile(jar))
                .header("Content-Type", "application/java-archive")
                .header("Authorization", "Bearer " + web.tokens.get("admin")));
    assertEquals(201, upload.status(), upload.body());
    assertFalse(upload.body().contains(folder.toString()), upload.body());
    Map<?, ?> plan = (Map<?, ?>) upload.object().get("plan");
    assertTrue(plan.get("install").toString().contains("org.vtl.service.firewall"), upload.body());
    RunningWeb.Reply job =
        web.as(
            "admin",
            "POST",
            "/jobs",
            "{\"action\":\"install\",\"upload\":\"" + upload.object().get("upload") + "\"}");
    assertEquals(202, job.status(), job.body());
    Map<?, ?> done = done(job);
    assertEquals("DONE", done.get("state"), done.toString());
    assertFalse(((List<?>) done.get("steps")).isEmpty(), done.toString());
    // Its own routes came with it, and go with it.
    assertEquals(200, web.as("viewer", "GET", "/firewall", null).status());
    RunningWeb.Reply removal =
        web.as(
            "admin",
            "POST",
            "/jobs",
            "{\"action\":\"uninstall\",\"name\":\"org.vtl.service.firewall\"}");
    assertEquals("DONE", done(removal).get("state"), removal.body());
    assertEquals(404, web.as("viewer", "GET", "/firewall", null).status());
  }

  @Test
  void aBundleLogsMoreAndAsBefore() throws Exception {
    Path log = web.data.resolve("log/vtl.log");
    assertEquals(
        400, web.as("operator", "PUT", "/log/levels/x%22y", "{\"level\":\"DEBUG\"}").status());
    assertEquals(
        400, web.as("operator", "PUT", "/log/levels/org.vtl", "{\"level\":\"LOUD\"}").status());
    assertEquals(
        200,
        web.as("operator", "PUT", "/log/levels/org.eclipse.jetty", "{\"level\":\"DEBUG\"}")
            .status());
    web.as("viewer", "GET", "/status", null);
    assertTrue(Files.readString(log).contains(" DEBUG "));
    assertTrue(
        web.as("viewer", "GET", "/log?level=DEBUG&logger=org.eclipse", null).list().size() > 1);
    assertEquals(200, web.as("operator", "DELETE", "/log/levels/org.eclipse.jetty", null).status());
    long size = Files.size(log);
    for (int i = 0; i < 5; i++) {
      web.as("viewer", "GET", "/status", null);
    }
    assertTrue(Files.size(log) - size < 2_000, "the log still grows");
  }

  @Test
  void whatHappensIsTold() throws Exception {
    HttpResponse<InputStream> stream =
        web.client()
            .send(
                web.request("GET", RunningWeb.API + "/events?topics=links,services,jobs", null)
                    .header("Authorization", "Bearer " + web.tokens.get("viewer"))
                    .build(),
                HttpResponse.BodyHandlers.ofInputStream());
    assertEquals(200, stream.statusCode());
    Set<String> seen = new HashSet<>();
    try (BufferedReader lines = new BufferedReader(new InputStreamReader(stream.body()))) {
      String topic = "";
      web.as("admin", "POST", "/jobs", "{\"action\":\"uninstall\",\"name\":\"none\"}");
      while (!seen.containsAll(Set.of("links", "services", "jobs"))) {
        String line = lines.readLine();
        if (line.startsWith("event: ")) {
          topic = line.substring(7);
        } else if (line.startsWith("data: ")) {
          JsonReader.parse(line.substring(6));
          seen.add(topic);
        }
      }
    }
    assertEquals(400, web.as("viewer", "GET", "/events?topics=links,secrets", null).status());
  }
}
