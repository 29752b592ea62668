package org.vtl.service.tor.internal.dns;

import java.util.function.Consumer;
import org.vtl.packet.Address;

/** Asks Tor for the name of an address that stands for itself (RESOLVE_PTR). */
@FunctionalInterface
public interface ReverseLookup {
  /**
   * Looks {@code address} up and later calls {@code answer} once, on any thread, perhaps on this
   * one: with its name, or with null when it has none or there is no telling. Must not block.
   * Nobody else limits how many are asked at once but {@link DnsResponder}, to 32 for each link.
   */
  void lookup(Address address, Consumer<String> answer);
}
