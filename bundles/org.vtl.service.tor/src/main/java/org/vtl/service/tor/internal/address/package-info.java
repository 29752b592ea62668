/**
 * Addresses for a guest that has none: a DHCP server and a router's advertisements of VTL's own, so
 * that a guest as it comes needs no set-up. An option; a guest may have a fixed address instead.
 */
package org.vtl.service.tor.internal.address;
