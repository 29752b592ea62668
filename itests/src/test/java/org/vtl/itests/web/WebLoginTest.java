package org.vtl.itests.web;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vtl.text.Json;

/** Logging in, and trying to without being let. */
class WebLoginTest {
  @TempDir Path folder;

  @Test
  void passwordsAreNotTriedForLongAndTheOneTimeTokenIsUsedUp() throws Exception {
    try (RunningWeb web = RunningWeb.start(folder)) {
      assertFalse(Files.exists(web.data.resolve("web/first-login")));
      assertEquals(
          401,
          web.call(
                  web.request("POST", RunningWeb.API + "/session", "{\"token\":\"\"}")
                      .header("Origin", web.origin))
              .status());
      RunningWeb.Login viewer = web.login("viewer");
      assertEquals(204, web.send("DELETE", "/session", viewer, null).status());
      assertEquals(401, web.send("GET", "/session", viewer, null).status());

      int refused = 0;
      RunningWeb.Reply last = null;
      for (int i = 0; i < 8; i++) {
        last =
            web.call(
                web.request(
                        "POST",
                        RunningWeb.API + "/session",
                        "{\"user\":\"admin\",\"password\":\"guess " + i + "\"}")
                    .header("Origin", web.origin));
        refused += last.status() == 401 ? 1 : 0;
      }
      assertEquals(429, last.status());
      assertTrue(refused <= 5, refused + " tries were let");
      // Nor is somebody let in who knows the password, by another name or none.
      assertEquals(
          429,
          web.call(
                  web.request(
                          "POST",
                          RunningWeb.API + "/session",
                          Json.of(Map.of("user", "viewer", "password", RunningWeb.PASSWORD)))
                      .header("Origin", web.origin))
              .status());
      String audit = web.as("admin", "GET", "/audit?limit=20", null).body();
      assertTrue(audit.contains("Too many logins"), audit);
    }
  }
}
