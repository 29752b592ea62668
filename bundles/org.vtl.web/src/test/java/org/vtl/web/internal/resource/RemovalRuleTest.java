package org.vtl.web.internal.resource;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.reflect.Proxy;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.vtl.runtime.Installer;

/** Nobody locks himself out by the console's own button. */
class RemovalRuleTest {
  private static final List<Installer.Feature> FEATURES =
      List.of(
          new Installer.Feature("core", "", true, List.of("org.vtl:org.vtl.core:0.1.0")),
          new Installer.Feature("tor", "", true, List.of("org.vtl:org.vtl.service.tor:0.1.0")),
          new Installer.Feature("web", "", true, List.of("x:y:1", "org.vtl:org.vtl.web:0.1.0")),
          new Installer.Feature("pages", "", true, List.of("org.vtl.web.pages:0.1.0")));

  private static String refusal(String name) {
    Installer installer =
        (Installer)
            Proxy.newProxyInstance(
                Installer.class.getClassLoader(),
                new Class<?>[] {Installer.class},
                (proxy, method, arguments) ->
                    method.getName().equals("features")
                        ? FEATURES
                        : arguments[0].equals("core") ? "core belongs to VTL." : "");
    return RemovalRule.refusal(installer, name);
  }

  @Test
  void whatCarriesTheConsoleStays() {
    for (String name : List.of("web", "pages", "org.vtl.web", "org.vtl.web.pages")) {
      assertEquals(
          "%s carries this console, which cannot remove itself; vtl:uninstall %s does at VTL's prompt."
              .formatted(name, name),
          refusal(name));
    }
  }

  @Test
  void whatVtlNeedsStaysAndTheRestGoes() {
    assertEquals("core belongs to VTL.", refusal("core"));
    assertEquals("", refusal("tor"));
    assertEquals("", refusal("org.vtl.service.tor"));
  }
}
