package org.vtl.web.internal.identity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vtl.management.Refusal;
import org.vtl.management.Role;
import org.vtl.text.JsonReader;

class AuditTest {
  @TempDir Path folder;

  @Test
  void aChangeIsALineWhateverIsInIt() throws Exception {
    Path file = folder.resolve("web/audit.log");
    Audit audit = new Audit(file);
    Identity eve = new Identity("eve", Role.OPERATOR, Optional.empty());
    audit.note(eve, "127.0.0.1", "PATCH /services/x\n{\"user\":\"adam\"}", 200, "");
    audit.note(eve, "127.0.0.1", "POST /jobs", 403, "x".repeat(10_000));

    List<String> lines = Files.readAllLines(file);
    assertEquals(2, lines.size());
    assertEquals("eve", ((Map<?, ?>) JsonReader.parse(lines.getFirst())).get("user"));
    assertEquals(List.of(403, 200), audit.last(10).stream().map(Audit.Entry::status).toList());
    assertEquals(500, audit.last(1).getFirst().result().length());
    assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
  }

  @Test
  void aNameThatNobodyHasIsNotKeptWhole() {
    Audit audit = new Audit(folder.resolve("audit.log"));
    Identity tried = new Identity("x".repeat(1 << 20), Role.NONE, Optional.empty());
    audit.note(tried, "127.0.0.1", "login", 401, "refused");
    assertEquals(500, audit.last(1).getFirst().user().length());
  }

  @Test
  void whoTriesLoginsDoesNotFillTheRecord() {
    Audit audit = new Audit(folder.resolve("audit.log"));
    Doorkeeper doorkeeper =
        new Doorkeeper(
            new Users(folder.resolve("users")),
            new Sessions(() -> 0, Duration.ofHours(1), Duration.ofHours(1)),
            new FirstLogin(folder.resolve("token")),
            new Attempts(() -> 0),
            audit);
    for (int i = 0; i < 900; i++) {
      assertThrows(Refusal.class, () -> doorkeeper.login("192.0.2.7", "none"));
    }
    List<Audit.Entry> noted = audit.last(1_000);
    assertEquals(5, noted.stream().filter(entry -> entry.status() == 401).count());
    assertEquals(40, noted.stream().filter(entry -> entry.status() == 429).count());
  }
}
