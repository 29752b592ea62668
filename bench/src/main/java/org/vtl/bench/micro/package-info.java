/**
 * What one step of a packet's walk costs, without a kernel: parse, lookup, chain, checksum; and
 * what a million connections take.
 */
package org.vtl.bench.micro;
