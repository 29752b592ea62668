package org.vtl.service.firewall.internal.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the guide shows as rules must be rules. */
class GuideTest {
  private static final Path DOCS = Path.of(System.getProperty("user.dir"), "../../docs");

  @Test
  void everyPolicyInTheGuidesIsReadWithoutARemark() throws Exception {
    int policies = 0;
    for (String guide : List.of("services/firewall.md", "attach-a-vm.md")) {
      for (String block : blocks(Files.readString(DOCS.resolve(guide)))) {
        boolean json = block.contains("\"rules\": [");
        boolean lines = block.matches("(?s)(#|policy |set |inbound |outbound ).*");
        if (json || lines) {
          policies++;
          RulesFile file = json ? RulesFile.ofJson(guide, block) : RulesFile.ofLines(guide, block);
          assertEquals("", RemarkText.of(file), block);
        }
      }
    }
    assertTrue(policies >= 9, "only " + policies + " policies were found");
  }

  /** The texts between fences. */
  private static List<String> blocks(String guide) {
    List<String> blocks = new ArrayList<>();
    StringBuilder block = null;
    for (String line : guide.lines().toList()) {
      if (!line.startsWith("```")) {
        if (block != null) {
          block.append(line).append('\n');
        }
      } else if (block == null) {
        block = new StringBuilder();
      } else {
        blocks.add(block.toString());
        block = null;
      }
    }
    return blocks;
  }
}
