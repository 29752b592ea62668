/** Where the numbers come from: one class for each part of VTL, and for the Java machine. */
package org.vtl.metrics.internal.source;
