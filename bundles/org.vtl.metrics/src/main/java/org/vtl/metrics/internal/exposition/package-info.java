/** The two text formats that Prometheus reads. */
package org.vtl.metrics.internal.exposition;
