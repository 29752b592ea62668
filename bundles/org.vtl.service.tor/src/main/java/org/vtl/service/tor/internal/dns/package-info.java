/**
 * The guest's DNS, answered here: names get addresses of a virtual range that stand for them, and
 * no question leaves for a resolver.
 *
 * <p>{@link org.vtl.service.tor.internal.dns.NameMap} is a link's own, so no VM learns what another
 * asks; {@link org.vtl.service.tor.internal.dns.DnsResponder} answers one message, and belongs to
 * one thread; {@link org.vtl.service.tor.internal.dns.GuestDns} answers datagrams to port 53, and
 * {@link org.vtl.service.tor.internal.dns.DnsStreamServer} streams (RFC 7766), which a relay brings
 * to a socket of its own. Messages are the guest's and therefore hostile: each is read once, in
 * bounds, and no compression pointer of it is followed.
 */
package org.vtl.service.tor.internal.dns;
