/** VTL's numbers as Prometheus reads them, at {@code /metrics}. */
package org.vtl.metrics.internal;
