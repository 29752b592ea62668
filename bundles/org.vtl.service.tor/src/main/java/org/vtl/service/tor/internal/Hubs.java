package org.vtl.service.tor.internal;

import java.util.Objects;
import org.vtl.service.ServiceContext;
import org.vtl.service.tor.internal.address.AddressAnswers;
import org.vtl.service.tor.internal.dns.GuestDns;
import org.vtl.service.tor.internal.neighbor.NeighborAnswers;
import org.vtl.service.tor.internal.refuse.Refusals;

/**
 * What makes each worker's parts.
 *
 * @param addresses null while VTL gives the VM none
 */
record Hubs(
    Refusals.Hub refusals,
    NeighborAnswers.Hub neighbors,
    AddressAnswers.Hub addresses,
    GuestDns.Hub dns) {
  /** Those of a service that comes into the pipeline. */
  static Hubs of(ServiceContext context, Settings settings) {
    return new Hubs(
        new Refusals.Hub(context, settings.manners()),
        new NeighborAnswers.Hub(context),
        addresses(context, settings),
        new GuestDns.Hub(context));
  }

  private static AddressAnswers.Hub addresses(ServiceContext context, Settings settings) {
    return settings.network() == null ? null : new AddressAnswers.Hub(context, settings.network());
  }

  /** Those of {@code next}; what it leaves as it was keeps what it knows of the VM. */
  Hubs change(ServiceContext context, Settings old, Settings next) {
    return new Hubs(
        old.manners().equals(next.manners()) ? refusals : new Refusals.Hub(context, next.manners()),
        neighbors,
        Objects.equals(old.network(), next.network()) ? addresses : addresses(context, next),
        dns);
  }
}
