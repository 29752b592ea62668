package org.vtl.service.firewall.internal.command;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.vtl.packet.Address;
import org.vtl.service.firewall.internal.spoof.AddressBook;
import org.vtl.service.firewall.internal.spoof.AddressEntry;
import org.vtl.service.firewall.internal.spoof.LinkAddresses;
import org.vtl.text.Table;

/** {@code vtl:firewall addresses}: what VMs may send from, as it was told or learned. */
final class Addressing {
  private static final long NANOS_PER_SECOND = 1_000_000_000;

  private final AddressBook book;
  private final long now;

  /**
   * What there is in {@code book}.
   *
   * @param now by the workers' clock
   */
  Addressing(AddressBook book, long now) {
    this.book = book;
    this.now = now;
  }

  /**
   * Lists, or forgets or learns an address.
   *
   * @param links the links it is about; one, unless it is to list
   */
  Answer run(List<String> operands, List<String> links) {
    if (operands.isEmpty()) {
      return list(links);
    }
    String verb = operands.getFirst();
    if (operands.size() < 2 || !verb.equals("forget") && !verb.equals("learn")) {
      throw new Misuse("Say vtl:firewall addresses, or behind it forget or learn and an address.");
    }
    if (links.size() != 1) {
      throw new Misuse("There are " + links.size() + " links; say which, with --link NAME.");
    }
    LinkAddresses link = book.link(links.getFirst());
    String address = operands.get(1);
    boolean mac = address.matches("[0-9a-fA-F]{1,2}([:-][0-9a-fA-F]{1,2}){5}");
    return verb.equals("learn")
        ? learn(link, links.getFirst(), address, mac)
        : forget(link, links.getFirst(), address, mac);
  }

  private static Answer learn(LinkAddresses link, String name, String address, boolean mac) {
    if (mac) {
      link.learnMac(Address.parseMac(address), false);
    } else {
      link.learn(parsed(address));
    }
    String done = "The VM of link " + name + " may send from " + address + ".";
    return new Answer(done + "\n", Map.of("done", done));
  }

  private static Answer forget(LinkAddresses link, String name, String address, boolean mac) {
    boolean known = mac ? link.forgetMac(Address.parseMac(address)) : link.forget(parsed(address));
    if (!known) {
      throw new IllegalStateException(
          "Link "
              + name
              + " did not learn "
              + address
              + "; vtl:firewall addresses lists what it did, and what the policy tells stays.");
    }
    String done = address + " is forgotten; the VM's next packet from it is judged anew.";
    return new Answer(done + "\n", Map.of("done", done));
  }

  private static Address parsed(String address) {
    try {
      return Address.parse(address);
    } catch (IllegalArgumentException e) {
      throw new Misuse(e.getMessage());
    }
  }

  private Answer list(List<String> links) {
    Table table = new Table("LINK", "ADDRESS", "KNOWN BY", ">LAST USED");
    List<Object> json = new ArrayList<>();
    for (String name : links) {
      for (AddressEntry entry : book.link(name).list()) {
        String origin = Words.of(entry.origin());
        Long idle =
            entry.lastUseNanos() == 0
                ? null
                : Math.max(0, now - entry.lastUseNanos()) / NANOS_PER_SECOND;
        table.row(name, entry.text(), origin, idle == null ? "" : idle + " s ago");
        json.add(entry(name, entry.text(), origin, idle));
      }
      for (String prefix : book.link(name).prefixes()) {
        table.row(name, prefix, "router, as a prefix", "");
        json.add(entry(name, prefix, "router", null));
      }
    }
    String text =
        json.isEmpty()
            ? "No address is known yet; the VM's first packets tell, or \"address\" in the rules.\n"
            : table.toString();
    return new Answer(text, json);
  }

  private static Map<String, Object> entry(
      String link, String address, String origin, Long idleSeconds) {
    Map<String, Object> entry = new LinkedHashMap<>();
    entry.put("link", link);
    entry.put("address", address);
    entry.put("origin", origin);
    entry.put("idleSeconds", idleSeconds);
    return entry;
  }
}
