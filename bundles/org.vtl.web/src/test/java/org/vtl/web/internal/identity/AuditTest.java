package org.vtl.web.internal.identity;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
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
}
