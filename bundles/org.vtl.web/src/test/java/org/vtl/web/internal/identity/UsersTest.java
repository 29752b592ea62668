package org.vtl.web.internal.identity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vtl.management.Refusal;
import org.vtl.management.Role;

class UsersTest {
  @TempDir Path folder;

  private Users users() {
    return new Users(folder.resolve("etc/web.users"));
  }

  @Test
  void areThereAgainAfterARestartAndNothingSecretStandsInTheFile() throws IOException {
    Users before = users();
    before.add("eve", Role.ADMIN, "correct horse");
    String token = before.addToken("eve", "cron");

    Users after = users();
    assertEquals(Role.ADMIN, after.login("eve", "correct horse").orElseThrow().role());
    assertEquals("eve", after.byToken(token).orElseThrow().name());
    Path file = folder.resolve("etc/web.users");
    String text = Files.readString(file);
    assertFalse(text.contains("correct") || text.contains(token), text);
    assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
  }

  @Test
  void nobodyLogsInWithAnotherPasswordOrNone() {
    Users users = users();
    users.add("eve", Role.VIEWER, "correct horse");

    assertFalse(users.login("eve", "correct horses").isPresent());
    assertFalse(users.login("eve", "").isPresent());
    assertFalse(users.login("adam", "correct horse").isPresent());
    assertFalse(users.login("eve", "x".repeat(100_000)).isPresent());
    assertFalse(users.byToken("vtl_").isPresent());
  }

  @Test
  void theLastAdministratorStays() {
    Users users = users();
    users.add("eve", Role.ADMIN, "correct horse");

    assertThrows(Refusal.class, () -> users.remove("eve"));
    assertThrows(
        Refusal.class, () -> users.change("eve", Optional.of(Role.VIEWER), Optional.empty()));
    users.add("adam", Role.ADMIN, "battery staple");
    users.remove("eve");
    assertFalse(users.find("eve").isPresent());
  }

  @Test
  void aTokenEndsWhenItIsRevoked() {
    Users users = users();
    users.add("eve", Role.OPERATOR, "correct horse");
    String token = users.addToken("eve", "cron");
    users.removeToken("eve", "cron");

    assertFalse(users.byToken(token).isPresent());
    assertThrows(Refusal.class, () -> users.removeToken("eve", "cron"));
  }

  @Test
  void aNameIsNoPathAndAPasswordIsNotShort() {
    Users users = users();
    for (String name : new String[] {"", "../x", "a b", "-x", "x".repeat(65), "a\nb"}) {
      assertThrows(
          IllegalArgumentException.class,
          () -> users.add(name, Role.VIEWER, "correct horse"),
          name);
    }
    assertThrows(IllegalArgumentException.class, () -> users.add("eve", Role.VIEWER, "short"));
    assertTrue(users.isEmpty());
  }

  @Test
  void aBrokenFileMakesNobodyTheFirstAdministrator() throws IOException {
    Files.createDirectories(folder.resolve("etc"));
    Files.writeString(folder.resolve("etc/web.users"), "{\"users\": [ oops ]}");

    IllegalStateException fault = assertThrows(IllegalStateException.class, this::users);
    assertTrue(fault.getMessage().contains("repair it"), fault.getMessage());
  }
}
