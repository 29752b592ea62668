package org.vtl.io.linux.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.vtl.port.PacketPort;

/** What a port switches at its interface, and that it puts it back. */
@Timeout(60)
class ReceiveMergingTest extends TwoNamespaces {
  private static final String UDP = "rx-udp-gro-forwarding";

  @BeforeEach
  void join() throws Exception {
    here.join("eth1", there, "eth1");
  }

  /** Asks, after switching it to {@code wanted} unless that is negative. */
  private int feature(String name, int wanted) throws Exception {
    return here.run(
        () -> {
          try (Arena arena = Arena.ofConfined();
              NetDevice device = new NetDevice("eth1", new Libc(arena), arena)) {
            DeviceFeatures features = new DeviceFeatures(device);
            int number = features.find(name);
            if (wanted >= 0) {
              assertEquals(0, features.set(number, wanted == 1));
            }
            return features.isActive(number);
          }
        });
  }

  private void assertActive(int gro, int udp) throws Exception {
    assertEquals(gro, feature("rx-gro", -1));
    assertEquals(udp, feature(UDP, -1));
  }

  @Test
  void mergingIsOnWhileThePortIsOpen() throws Exception {
    assertActive(0, 0);
    PacketPort port = open(here, "packet:eth1?gro=on");
    assertActive(1, 1);
    port.close();
    assertActive(0, 0);
  }

  @Test
  void mergingBeginsWhenThereIsSomethingToMerge() throws Exception {
    here.run(
        () -> {
          try (Arena arena = Arena.ofConfined();
              NetDevice device = new NetDevice("eth1", new Libc(arena), arena);
              ReceiveMerging merging =
                  new ReceiveMerging("packet:eth1", device, ReceiveMerging.Wish.AUTO)) {
            merging.watch(100);
            assertActiveHere(0, device);
            merging.watch(10_000);
            assertActiveHere(1, device);
            merging.watch(0);
            assertActiveHere(1, device);
          }
          return null;
        });
    assertActive(0, 0);
  }

  private static void assertActiveHere(int expected, NetDevice device) {
    DeviceFeatures features = new DeviceFeatures(device);
    assertEquals(expected, features.isActive(features.find("rx-gro")));
  }

  @Test
  void whatWasOnStaysOn() throws Exception {
    feature("rx-gro", 1);
    open(here, "packet:eth1").close();
    assertActive(1, 0);
    PacketPort port = open(here, "packet:eth1?gro=off");
    assertActive(0, 0);
    port.close();
    assertActive(1, 0);
    port = open(here, "packet:eth1?gro=keep");
    assertActive(1, 0);
    port.close();
    assertActive(1, 0);
  }

  @Test
  void whatSomebodyElseSwitchedIsTheirs() throws Exception {
    PacketPort port = open(here, "packet:eth1?gro=off");
    feature(UDP, 1);
    port.close();
    assertActive(0, 1);
  }

  @Test
  void anInterfaceThatIsGoneIsNoReasonToFail() throws Exception {
    PacketPort port = open(here, "packet:eth1");
    here.ip("link del eth1");
    port.close();
  }

  @Test
  void unknownFeaturesAndInterfacesAreSaid() throws Exception {
    assertEquals(
        -Uapi.ENOENT,
        here.run(
            () -> {
              try (Arena arena = Arena.ofConfined();
                  NetDevice device = new NetDevice("eth1", new Libc(arena), arena)) {
                return new DeviceFeatures(device).find("rx-grow");
              }
            }));
    here.ip("link del eth1");
    assertTrue(feature("rx-gro", -1) < 0);
  }
}
