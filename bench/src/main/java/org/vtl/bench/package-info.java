/**
 * The benchmarks of {@code ./vtl bench}: VTL, the kernel's bridge and other forwarders, one after
 * the other between the same two hosts, round after round.
 */
package org.vtl.bench;
