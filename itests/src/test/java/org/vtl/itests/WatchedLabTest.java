package org.vtl.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A lab that others' programs watch: tshark through extcap, and a collector of flow records. */
@Timeout(120)
class WatchedLabTest {
  private static final Path EXTCAP = Path.of(System.getProperty("vtl.folder"), "bin/vtl-extcap");
  private static final int NOBODY = 65_534;

  @TempDir static Path temporary;
  private static RunningLab lab;

  @BeforeAll
  static void start() throws Exception {
    assumeTrue(
        new ProcessBuilder("unshare", "--net", "true").start().waitFor() == 0,
        "The lab's tests make network namespaces, which needs root.");
    lab = RunningLab.start(temporary, "--with", "ipfix");
    Files.createSymbolicLink(
        Files.createDirectories(temporary.resolve("user/wireshark/extcap")).resolve("vtl"), EXTCAP);
  }

  @AfterAll
  static void stop() {
    if (lab != null) {
      lab.close();
    }
  }

  private static Process begin(List<String> words) throws Exception {
    ProcessBuilder process = new ProcessBuilder(words);
    // Wireshark's personal folder is wireshark/ in it.
    process.environment().put("XDG_CONFIG_HOME", temporary.resolve("user").toString());
    process.environment().put("VTL_DATA", lab.data().toString());
    return process.start();
  }

  private static String said(Process process) throws Exception {
    return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
  }

  @Test
  void tsharkListsThePlacesOfTheLink() throws Exception {
    Process tshark = begin(List.of("tshark", "-D"));
    String list = said(tshark);
    for (String place : List.of("arrival", "departure", "drop", "injection", "all")) {
      assertTrue(list.contains("vtl.lab." + place + " (VTL lab: "), list);
    }
    Process layers = begin(List.of("tshark", "-i", "vtl.lab.arrival", "-L"));
    String types = said(layers) + new String(layers.getErrorStream().readAllBytes());
    assertTrue(types.contains("EN10MB"), types);
  }

  @Test
  void tsharkSeesPacketsAsTheyPass() throws Exception {
    Process tshark =
        begin(
            List.of(
                "tshark",
                "-i",
                "vtl.lab.arrival",
                "-f",
                "icmp and host 10.10.0.1",
                "-c",
                "6",
                "-T",
                "fields",
                "-E",
                "separator=|",
                "-e",
                "frame.interface_name",
                "-e",
                "ip.src",
                "-e",
                "icmp.type"));
    while (tshark.isAlive()) {
      lab.succeed("lab", "ping", "--count", "3");
    }
    List<String> seen = said(tshark).lines().toList();
    String errors = new String(tshark.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(6, seen.size(), errors);
    assertTrue(seen.contains("lab/vm/arrival|10.10.0.1|8"), seen.toString());
    assertTrue(seen.contains("lab/network/arrival|10.10.0.2|0"), seen.toString());
    awaitNoCapture();
  }

  /** Whoever has left takes the capture along, and its tap. */
  private static void awaitNoCapture() throws Exception {
    while (lab.succeed("capture", "list", "--json").contains("stream-")) {
      TimeUnit.MILLISECONDS.sleep(50);
    }
  }

  @Test
  void aStreamNeedsNoWireshark() throws Exception {
    Process stream = lab.begin("capture", "stream", "--stage", "drop");
    byte[] section = stream.getInputStream().readNBytes(4);
    assertEquals(0x0a, section[0]);
    assertTrue(lab.succeed("capture", "list", "--json").contains("whoever reads the stream"));
    stream.destroy();
    awaitNoCapture();
    String refused = lab.run("capture", "stream", "--file", "x");
    assertTrue(refused.startsWith("Option --file is of files;"), refused);
  }

  @Test
  void whoHasNoRightIsToldSo() throws Exception {
    List<String> asNobody =
        List.of(
            "setpriv",
            "--reuid",
            NOBODY + "",
            "--regid",
            NOBODY + "",
            "--clear-groups",
            EXTCAP.toString());
    List<String> listing = new ArrayList<>(asNobody);
    listing.add("--extcap-interfaces");
    String list = said(begin(listing));
    assertTrue(list.contains("interface {value=vtl}{display=VTL: cannot be asked now}"), list);
    List<String> capturing = new ArrayList<>(asNobody);
    capturing.addAll(List.of("--capture", "--extcap-interface", "vtl", "--fifo", "/dev/null"));
    Process capture = begin(capturing);
    String errors = new String(capture.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
    assertNotEquals(0, capture.waitFor());
    assertTrue(errors.startsWith("This user may not use the shell of the VTL at "), errors);
    assertFalse(errors.contains("Exception"), errors);
  }

  @Test
  void aCollectorIsToldOfConnections() throws Exception {
    Path file = temporary.resolve("flows.pcap");
    Process wire =
        begin(
            List.of(
                "nsenter",
                "--net=/proc/" + lab.pid() + "/ns/net",
                "tcpdump",
                "-U",
                "-i",
                "lo",
                "-w",
                file.toString(),
                "udp and dst port 4739"));
    try {
      String ready = wire.errorReader().readLine();
      while (ready != null && !ready.contains("listening on")) {
        ready = wire.errorReader().readLine();
      }
      lab.succeed("config", "org.vtl.ipfix", "collector=127.0.0.1:4739", "active.seconds=1");
      String flows = "";
      while (!flows.contains("SrcAddr: 10.10.0.1")) {
        lab.succeed("lab", "ping", "--count", "2");
        flows =
            said(
                begin(
                    List.of(
                        "tshark",
                        "-n",
                        "-r",
                        file.toString(),
                        "-d",
                        "udp.port==4739,cflow",
                        "-V",
                        "-O",
                        "cflow")));
      }
      assertTrue(flows.contains("IfName: lab"), flows);
      assertTrue(flows.contains("DstAddr: 10.10.0.2"), flows);
      assertFalse(flows.contains("Malformed"), flows);
      lab.succeed("config", "org.vtl.ipfix", "collector=");
      while (lab.succeed("services", "--json").contains("\"ipfix\"")) {
        TimeUnit.MILLISECONDS.sleep(50); // it leaves the pipeline as soon as its component does
      }
    } finally {
      wire.destroy();
      wire.waitFor();
    }
  }
}
