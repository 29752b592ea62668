/** Tests of what the benchmarks calculate; nothing is measured here. */
package org.vtl.bench;
