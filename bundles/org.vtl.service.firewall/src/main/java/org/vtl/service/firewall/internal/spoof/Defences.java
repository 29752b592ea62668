package org.vtl.service.firewall.internal.spoof;

import java.nio.ByteBuffer;
import org.vtl.connection.Connection;
import org.vtl.connection.Link;
import org.vtl.connection.Slot;
import org.vtl.metrics.Reason;
import org.vtl.packet.Packet;
import org.vtl.service.ServiceContext;
import org.vtl.service.firewall.internal.policy.Policy;

/**
 * What stands before the rules: anti-spoofing, then the guard of fragments.
 *
 * <pre>{@code
 * Reason refused = defences.check(packet, connection);
 * if (refused != null) {
 *   return refused.drop(packet);
 * }
 * if (defences.isSettled(packet)) {
 *   return Verdict.CONTINUE; // ARP, Neighbor Discovery, later fragments: no rule is asked
 * }
 * ... // the rules; where they accept:
 * defences.accepted(packet, connection);
 * }</pre>
 *
 * <p>Any worker, each with its own packets; allocates nothing per packet.
 */
public final class Defences {
  private static final Refusal[] REFUSALS = Refusal.values();

  /** What one worker has of a link. */
  private static final class Post {
    LinkAddresses addresses;
    final FragmentGuard fragments = new FragmentGuard();
  }

  private final ServiceContext context;
  private final Slot<Post> slot;
  private final Reason[] reasons = new Reason[REFUSALS.length];
  private final AddressBook book;

  /** Declares reasons and a slot; for {@link org.vtl.service.PacketService#attach}. */
  public Defences(ServiceContext context) {
    this.context = context;
    book = new AddressBook(context::rejoinAll);
    slot = context.slot("defences", Post::new, post -> post.addresses = null);
    for (Refusal refusal : REFUSALS) {
      reasons[refusal.ordinal()] = context.reason(refusal.title, refusal.description);
    }
  }

  /** Takes on {@code policy}: on which links sources are judged, and what it tells of their VMs. */
  public void configure(Policy policy) {
    book.tell(policy);
  }

  /** The addresses of all links' VMs, for commands. */
  public AddressBook addresses() {
    return book;
  }

  // ---- per packet ------------------------------------------------------------------------------

  /** Why {@code packet} is refused, or null when the rules are to decide. */
  public Reason check(Packet packet, Connection connection) {
    Refusal refusal = refusal(packet, connection.link());
    return refusal == null ? null : reasons[refusal.ordinal()];
  }

  private Refusal refusal(Packet packet, Link link) {
    if (packet.malformation() != null) {
      return Refusal.MALFORMED;
    }
    Post post = post(link);
    long now = packet.arrivalNanos();
    if (post.addresses.isJudged()) {
      Refusal refusal = AntiSpoofing.check(packet, post.addresses, now);
      if (refusal != null) {
        return refusal;
      }
    }
    return packet.isFragment() ? post.fragments.check(packet, now) : null;
  }

  /**
   * Whether a packet that {@link #check} let pass is accepted without asking the rules: ARP and
   * Neighbor Discovery, and a later fragment of a datagram whose first they accepted.
   */
  public boolean isSettled(Packet packet) {
    return packet.isLaterFragment() || AntiSpoofing.isSettled(packet);
  }

  /** The rules accept {@code packet}: if it is a first fragment, the later ones may follow. */
  public void accepted(Packet packet, Connection connection) {
    if (packet.isFragment()) {
      post(connection.link()).fragments.accepted(packet, packet.arrivalNanos());
    }
  }

  private Post post(Link link) {
    Post post = link.untracked().get(slot);
    if (post.addresses == null) {
      post.addresses = book.link(link.name());
    }
    return post;
  }

  // ---- replacement of the bundle ---------------------------------------------------------------

  /** Saves what a link has learned with its untracked connection; false for any other. */
  public boolean save(Connection connection, ByteBuffer to) {
    if (connection.isTracked()) {
      return false;
    }
    book.link(connection.link().name()).save(to);
    return true;
  }

  /** Takes on what a predecessor saved with a link's untracked connection. */
  public void restore(Connection connection, ByteBuffer from) {
    book.link(connection.link().name()).restore(from, context.nanoTime());
  }
}
