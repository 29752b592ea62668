package org.vtl.service.firewall.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.InputStream;
import java.lang.reflect.Constructor;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.vtl.management.Answer;
import org.vtl.management.Parameter;
import org.vtl.management.Refusal;
import org.vtl.management.Request;
import org.vtl.management.Role;
import org.vtl.management.Route;
import org.vtl.runtime.LinkInfo;
import org.vtl.runtime.VtlRuntime;
import org.vtl.service.firewall.internal.command.FirewallResource;
import org.vtl.service.firewall.internal.command.PolicyResource;
import org.vtl.text.Json;

/** What a page or a script asks of the firewall. */
@Timeout(60)
class FirewallRoutesTest {
  private static final String BEFORE =
      """
      policy outbound accept
      ct state established accept id established
      inbound tcp dport 80 log prefix "web" accept id web
      """;

  private FirewallRig rig;
  private final List<Route> routes = new ArrayList<>();

  /** A request as the web bundle makes it: parameters that are not named have what routes say. */
  private record Asked(Route route, Map<String, String> named, Record sent, String version)
      implements Request {
    @Override
    public String user() {
      return "ann";
    }

    @Override
    public Role role() {
      return Role.OPERATOR;
    }

    @Override
    public String text(String parameter) {
      return route.parameters().stream()
          .filter(one -> one.name().equals(parameter))
          .map(Parameter::otherwise)
          .map(otherwise -> named.getOrDefault(parameter, otherwise))
          .findFirst()
          .orElseThrow();
    }

    @Override
    public long number(String parameter) {
      return Long.parseLong(text(parameter));
    }

    @Override
    public boolean truth(String parameter) {
      return Boolean.parseBoolean(text(parameter));
    }

    @Override
    public <T extends Record> T body(Class<T> type) {
      return type.cast(sent);
    }

    @Override
    public InputStream bytes() {
      throw new UnsupportedOperationException();
    }

    @Override
    public Optional<String> ifMatch() {
      return Optional.ofNullable(version);
    }
  }

  @BeforeEach
  void start() {
    rig = new FirewallRig(BEFORE.lines().toArray(String[]::new));
    List<LinkInfo> links = rig.engine.runtime().links();
    VtlRuntime runtime =
        (VtlRuntime)
            Proxy.newProxyInstance(
                VtlRuntime.class.getClassLoader(),
                new Class<?>[] {VtlRuntime.class},
                (proxy, method, arguments) -> links);
    routes.addAll(new FirewallResource(rig.firewall, runtime).routes());
    routes.addAll(new PolicyResource(rig.firewall).routes());
  }

  @AfterEach
  void end() {
    rig.close();
  }

  private Answer ask(String what, Map<String, String> named, String rules, String version) {
    Route route =
        routes.stream()
            .filter(one -> (one.method() + " " + one.path()).equals(what))
            .findFirst()
            .orElseThrow();
    try {
      Record body = null;
      if (rules != null) {
        Constructor<?> maker = route.request().type().getDeclaredConstructor(String.class);
        maker.setAccessible(true);
        body = (Record) maker.newInstance(rules);
      }
      Request request = new Asked(route, named, body, version);
      // The workers look through their connections meanwhile.
      CompletableFuture<Answer> answer =
          CompletableFuture.supplyAsync(() -> route.handler().handle(request));
      while (!answer.isDone()) {
        rig.turn();
        Thread.onSpinWait();
      }
      return answer.join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof RuntimeException told ? told : e;
    } catch (ReflectiveOperationException e) {
      throw new AssertionError(e);
    }
  }

  private String get(String path, Map<String, String> named) {
    return Json.of(ask("GET " + path, named, null, null).value());
  }

  private Answer put(String rules, Map<String, String> named, String version) {
    return ask("PUT /firewall/policy", named, rules, version);
  }

  @Test
  void aPacketIsTestedWithoutSendingIt() {
    String said =
        get(
            "/firewall/test",
            Map.of("packet", "tcp 10.0.0.2:4000 > 10.0.0.1:80", "direction", "inbound"));
    assertTrue(said.contains("\"action\":\"ACCEPT\""), said);
    assertTrue(said.contains("\"rule\":\"web\",\"text\":\"inbound tcp dport 80 "), said);
    assertTrue(said.contains("\"before\":[{\"rule\":\"established\",\"matches\":false,"), said);
    said =
        get(
            "/firewall/test",
            Map.of("packet", "tcp 10.0.0.2 > 10.0.0.1:22", "direction", "inbound"));
    assertTrue(
        said.contains("\"action\":\"DROP\",\"rule\":\"policy inbound\",\"text\":\"\""), said);
    assertEquals(0, rig.seen());
  }

  @Test
  void whatIsNoPacketIsSaidInOneSentence() {
    Exception wrong =
        assertThrows(
            IllegalArgumentException.class,
            () -> get("/firewall/test", Map.of("packet", "no such thing")));
    assertTrue(wrong.getMessage().endsWith("."), wrong.getMessage());
    // Words that are options at the prompt are none here.
    assertThrows(
        IllegalArgumentException.class,
        () -> get("/firewall/test", Map.of("packet", "--file=/etc/passwd")));
  }

  @Test
  void theLogComesTheNewestFirst() {
    assertEquals("[]", get("/firewall/log", Map.of()));
    assertTrue(rig.openIn(80));
    String said = get("/firewall/log", Map.of("limit", "1"));
    assertTrue(said.contains("\"rule\":\"web\""), said);
    assertTrue(said.contains("\"prefix\":\"web\""), said);
    assertEquals("[]", get("/firewall/log", Map.of("rule", "established")));
    assertEquals("[]", get("/firewall/log", Map.of("after", "1000")));
  }

  @Test
  void rulesAreCheckedAndComparedAndNothingChanges() {
    assertTrue(rig.openIn(80));
    String said =
        Json.of(
            ask("POST /firewall/policy/check", Map.of(), BEFORE.replace("80", "81"), null).value());
    assertTrue(said.contains("\"errors\":[]"), said);
    assertTrue(said.contains("\"kind\":\"CHANGED\",\"what\":\"rule\",\"name\":\"web\""), said);
    assertTrue(said.contains("\"checked\":1,\"refused\":1"), said);
    said = Json.of(ask("POST /firewall/policy/check", Map.of(), "tcp dport nix\n", null).value());
    assertTrue(said.contains("\"errors\":[{\"line\":1,\"column\":11,"), said);
    assertFalse(said.contains("changes"), said);
    assertEquals(List.of(), rig.written);
  }

  @Test
  void rulesHoldForATimeUnlessConfirmed() {
    put(BEFORE + "inbound tcp dport 22 accept id ssh\n", Map.of("confirmSeconds", "60"), null);
    assertTrue(get("/firewall/policy", Map.of()).contains("\"origin\":\"TRIAL\""));
    assertTrue(rig.openIn(22));
    assertEquals(List.of(), rig.written);
    ask("DELETE /firewall/policy/trial", Map.of(), null, null);
    assertTrue(get("/firewall/policy", Map.of()).contains("\"origin\":\"CONFIGURATION\""));
    put(BEFORE + "inbound tcp dport 22 accept id ssh\n", Map.of("confirmSeconds", "60"), null);
    ask("POST /firewall/policy/confirmation", Map.of(), null, null);
    assertEquals(1, rig.written.size());
    assertThrows(
        IllegalStateException.class,
        () -> ask("POST /firewall/policy/confirmation", Map.of(), null, null));
  }

  @Test
  void ofTwoOperatorsTheSecondIsToldWhoWasFaster() {
    String version = ask("GET /firewall/policy", Map.of(), null, null).version();
    String next = put(BEFORE.replace("80", "81"), Map.of(), version).version();
    Refusal refusal =
        assertThrows(Refusal.class, () -> put(BEFORE.replace("80", "82"), Map.of(), version));
    assertEquals(412, refusal.status());
    assertTrue(refusal.getMessage().contains(" by ann at "), refusal.getMessage());
    assertEquals(1, rig.written.size());
    put(BEFORE.replace("80", "82"), Map.of(), next);
    rig.configure("rules", new String[] {"policy drop"});
    String old = next;
    refusal = assertThrows(Refusal.class, () -> put(BEFORE, Map.of(), old));
    assertTrue(refusal.getMessage().contains(" elsewhere at "), refusal.getMessage());
  }

  @Test
  void wrongRulesAreRefusedWithTheFirstFault() {
    Exception wrong =
        assertThrows(
            IllegalArgumentException.class, () -> put("tcp dport nix accept\n", Map.of(), null));
    assertTrue(
        wrong.getMessage().startsWith("Line 1, column 11 of the rules: "), wrong.getMessage());
  }
}
