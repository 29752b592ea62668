/** Services that stand in VTL's pipeline and claim nothing; put into a bundle by the benchmarks. */
package org.vtl.bench.bystander;
