package org.vtl.metrics.internal.health;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.felix.hc.api.Result;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.vtl.runtime.Engine;
import org.vtl.runtime.ServiceInfo;
import org.vtl.runtime.VtlRuntime;
import org.vtl.testkit.MemoryPortProvider;

class HealthTest {
  @Test
  void linksAndWorkersOfARunningEngine() throws InterruptedException {
    try (Engine engine = Engine.create(System::nanoTime, Engine.Drive.THREADS)) {
      assertEquals(Result.Status.WARN, LinksCheck.of(engine.runtime().links()).getStatus());
      engine.addLink("lab", Map.of("vm.port", "memory:vm", "network.port", "memory:net"));
      assertEquals(
          Result.Status.TEMPORARILY_UNAVAILABLE,
          LinksCheck.of(engine.runtime().links()).getStatus());
      engine.addProvider(new MemoryPortProvider(), MemoryPortProvider.SCHEME);
      while (engine.runtime().ports().stream().anyMatch(port -> !port.state().equals("OPEN"))) {
        Thread.onSpinWait();
      }
      assertEquals(Result.Status.OK, LinksCheck.of(engine.runtime().links()).getStatus());
      assertEquals(Result.Status.OK, LinksCheck.pools(engine.runtime().links()).getStatus());
      assertEquals(Result.Status.OK, ServicesCheck.of(engine.runtime().services()).getStatus());
      assertEquals(Result.Status.OK, new WorkersCheck().of(engine.runtime()).getStatus());
      engine.addLink(
          "shut", Map.of("vm.port", "memory:a", "network.port", "memory:b", "required", "guard"));
      assertEquals(Result.Status.CRITICAL, LinksCheck.of(engine.runtime().links()).getStatus());
      assertEquals(
          Result.Status.CRITICAL, ServicesCheck.of(engine.runtime().services()).getStatus());
    }
  }

  @Test
  void aWorkerThatDoesNotAnswerIsToldAndNotAskedAgain() {
    try (Engine engine = Engine.create(System::nanoTime, Engine.Drive.STEPPED)) {
      engine.addLink("lab", Map.of("vm.port", "memory:vm", "network.port", "memory:net"));
      CountDownLatch stuck = new CountDownLatch(1);
      AtomicInteger asked = new AtomicInteger();
      VtlRuntime silent =
          (VtlRuntime)
              Proxy.newProxyInstance(
                  VtlRuntime.class.getClassLoader(),
                  new Class<?>[] {VtlRuntime.class},
                  (proxy, method, arguments) -> {
                    if (method.getName().equals("explain")) {
                      asked.incrementAndGet();
                      stuck.await();
                    }
                    return method.invoke(engine.runtime(), arguments);
                  });
      WorkersCheck check = new WorkersCheck();
      assertEquals(Result.Status.CRITICAL, check.of(silent).getStatus());
      assertEquals(Result.Status.CRITICAL, check.of(silent).getStatus());
      assertEquals(1, asked.get());
      stuck.countDown();
    }
  }

  @Test
  void everyWorkerHasAConnectionToBeAskedAbout() {
    for (int worker = 0; worker < 16; worker++) {
      assertNotEquals("arp", WorkersCheck.connection(worker, 16));
    }
  }

  @ParameterizedTest
  @CsvSource({"9, CRITICAL", "10, WARN", "99, WARN", "100, OK"})
  void roomOnTheDisk(long megabytes, Result.Status status) {
    assertEquals(status, DiskCheck.of(Path.of("data"), megabytes).getStatus());
  }

  @ParameterizedTest
  @CsvSource({
    "ACTIVE, '', OK",
    "FAILED, '', WARN",
    "FAILED, lab, CRITICAL",
    "ABSENT, lab, CRITICAL"
  })
  void aServiceThatALinkRequiresCountsMore(String state, String link, Result.Status status) {
    List<String> requiredBy = link.isEmpty() ? List.of() : List.of(link);
    ServiceInfo service =
        new ServiceInfo(
            "guard",
            state,
            "It has {} failed.",
            200,
            List.of(),
            List.of(),
            requiredBy,
            "",
            "",
            0,
            0,
            0,
            0,
            0,
            0,
            List.of());
    assertEquals(status, ServicesCheck.of(List.of(service)).getStatus());
  }

  @Test
  void faultsOfTheConfigurationAreTold() {
    assertEquals(Result.Status.OK, ConfigurationCheck.of(List.of()).getStatus());
    assertEquals(Result.Status.WARN, ConfigurationCheck.of(List.of("A fault.")).getStatus());
  }
}
