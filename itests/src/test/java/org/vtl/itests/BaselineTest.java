package org.vtl.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BaselineTest {
  private static final Path ROOT = Path.of(System.getProperty("vtl.root"));

  @Test
  void everyExportedPackageIsAsRecorded() throws IOException {
    Path folder = ROOT.resolve("itests/baseline");
    List<String> faults = new ArrayList<>();
    Map<String, Baseline.ExportedPackage> built = Baseline.built(ROOT.resolve("bundles"));
    for (String name : Baseline.recordedNames(folder)) {
      if (!built.containsKey(name)) {
        faults.add(
            "Package %s is recorded but no longer exported, which breaks whoever uses it (remedy: export it again; before the first release, delete its files in itests/baseline)."
                .formatted(name));
      }
    }
    for (Baseline.ExportedPackage now : built.values()) {
      Optional<Baseline.ExportedPackage> then = Baseline.recorded(folder, now.name());
      String fault = then.map(recorded -> Baseline.fault(recorded, now)).orElse("");
      if (!fault.isEmpty()) {
        faults.add(fault);
      } else if (then.isEmpty() || !then.get().version().equals(now.version())) {
        faults.add(
            "Package %s %s is not recorded (remedy: ./vtl baseline, and commit its file)."
                .formatted(now.name(), now.version()));
      }
    }
    assertTrue(faults.isEmpty(), () -> String.join("\n", faults));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        // what there is now                                    | the version it asks for
        "A: @ProviderType public interface abstract             | 2.0.0",
        "A: public abstract int a()                             | none",
        "A: public abstract int a(); A: public abstract int b() | 1.3.0",
        "A: public abstract int a(); C: public abstract int c() | 2.0.0",
        "A: public abstract int a(); C: public int c()          | 1.3.0",
        "A: public abstract int a(); D: public class x.D        | 1.3.0",
        "A: public abstract long a()                            | 2.0.0",
      })
  void asksForTheVersionThatTheChangeNeeds(String members, String version) {
    String types =
        "A: @ProviderType public interface abstract x;C: @ConsumerType public interface abstract"
            + " x;";
    Baseline.ExportedPackage then = exported("1.2.3", types + "A: public abstract int a()");
    Baseline.ExportedPackage same = exported("1.2.3", types + members);
    String fault = Baseline.fault(then, same);
    if (version.equals("none")) {
      assertEquals("", fault);
    } else {
      assertTrue(fault.contains("needs @Version(\"" + version + "\")"), fault);
      assertEquals("", Baseline.fault(then, exported(version, types + members)));
    }
  }

  private static Baseline.ExportedPackage exported(String version, String lines) {
    TreeSet<String> signatures = new TreeSet<>();
    for (String line : lines.split(";")) {
      signatures.add(line.strip());
    }
    return new Baseline.ExportedPackage("x", Baseline.Version.parse(version), signatures);
  }
}
