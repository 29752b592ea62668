package org.vtl.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Open vSwitch with its datapath in user space, from a database and a folder of its own, so that
 * one that runs on the machine is not touched.
 */
final class OvsContestant extends Contestant {
  private static final Path SCHEMA = Path.of("/usr/share/openvswitch/vswitch.ovsschema");
  private static final int START_SECONDS = 15;

  private final boolean segmentation;
  private Path folder;
  private Program database;
  private Program daemon;

  /**
   * @param segmentation whether segments of 64 KB pass whole (its {@code userspace-tso-enable})
   */
  OvsContestant(String name, boolean segmentation) {
    super(name);
    this.segmentation = segmentation;
  }

  @Override
  Offloads offloads() {
    return segmentation ? Offloads.USUAL : Offloads.NONE;
  }

  @Override
  String missing() {
    return Program.exists("ovs-vswitchd") && Files.exists(SCHEMA)
        ? ""
        : "the program \"ovs-vswitchd\" is not there; Debian's package is openvswitch-switch.";
  }

  @Override
  long pid() {
    return daemon.pid();
  }

  @Override
  void start(Testbed bed) {
    try {
      folder = TemporaryFolder.make();
    } catch (IOException e) {
      throw new BenchException("A folder for Open vSwitch cannot be made: " + e + ".", e);
    }
    String file = folder.resolve("conf.db").toString();
    Program.must("ovsdb-tool", "create", file, SCHEMA.toString());
    List<String> environment =
        List.of("env", "OVS_RUNDIR=" + folder, "OVS_DBDIR=" + folder, "OVS_LOGDIR=" + folder);
    database =
        Program.start(
            join(environment, "ovsdb-server", file, "--remote=punix:" + socket()),
            folder.resolve("database.out"));
    await(folder.resolve("db.sock"));
    control("--no-wait", "init");
    control(
        "--no-wait",
        "set",
        "Open_vSwitch",
        ".",
        "other_config:userspace-tso-enable=" + segmentation);
    daemon =
        Program.start(
            bed.middle().inside(join(environment, "ovs-vswitchd", "unix:" + socket())),
            folder.resolve("daemon.out"));
    control("--timeout=10", "add-br", "br0", "--", "set", "bridge", "br0", "datapath_type=netdev");
    control("--timeout=10", "add-port", "br0", "m0", "--", "add-port", "br0", "m1");
  }

  private Path socket() {
    return folder.resolve("db.sock");
  }

  private void control(String... words) {
    List<String> all = new ArrayList<>(List.of("ovs-vsctl", "--db=unix:" + socket()));
    all.addAll(Arrays.asList(words));
    Program.must(15, all);
  }

  private static List<String> join(List<String> first, String... rest) {
    List<String> all = new ArrayList<>(first);
    all.addAll(Arrays.asList(rest));
    return all;
  }

  private static void await(Path socket) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
    while (!Files.exists(socket)) {
      if (System.nanoTime() > end) {
        throw new BenchException("Open vSwitch's database did not start.");
      }
      Program.pause(50);
    }
  }

  @Override
  public void close() {
    if (daemon != null) {
      daemon.close();
    }
    if (database != null) {
      database.close();
    }
    if (folder != null) {
      TemporaryFolder.remove(folder);
    }
  }
}
