/**
 * What the guest's link layer sees: every next hop is VTL, by ARP and by Neighbor Discovery, and no
 * address that the guest tries for itself is ever called taken.
 */
package org.vtl.service.tor.internal.neighbor;
