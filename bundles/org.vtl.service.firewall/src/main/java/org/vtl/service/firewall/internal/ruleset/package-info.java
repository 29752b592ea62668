/** The policy compiled: which rule decides a packet, its counters, limits and counts. */
package org.vtl.service.firewall.internal.ruleset;
