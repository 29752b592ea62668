package org.vtl.service.firewall.internal.spoof;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.vtl.service.firewall.internal.policy.Policy;

/** The VM's addresses on each link, by the link's name, so that its workers share them. */
public final class AddressBook {
  private final Map<String, LinkAddresses> links = new ConcurrentHashMap<>();
  private Policy policy = Policy.EMPTY;

  private final Runnable fewer;

  /** Addresses of no link yet; {@code fewer} is run when one is forgotten. */
  AddressBook(Runnable fewer) {
    this.fewer = fewer;
  }

  /** The addresses on {@code link}, which need not exist yet. */
  public LinkAddresses link(String link) {
    LinkAddresses known = links.get(link);
    return known != null ? known : make(link);
  }

  private synchronized LinkAddresses make(String link) {
    return links.computeIfAbsent(link, name -> tell(new LinkAddresses(name, fewer)));
  }

  /** The links of which anything is known, by name. */
  public List<String> names() {
    List<String> names = new ArrayList<>(links.keySet());
    names.sort(null);
    return names;
  }

  /** Takes on what {@code policy} tells of each link. */
  synchronized void tell(Policy policy) {
    this.policy = policy;
    links.values().forEach(this::tell);
  }

  private LinkAddresses tell(LinkAddresses link) {
    link.tell(policy.section(link.link()).addresses(), policy.antispoof(link.link()));
    return link;
  }
}
