/** Whether VTL is well: checks, and their sum at {@code /health}. */
package org.vtl.metrics.internal.health;
