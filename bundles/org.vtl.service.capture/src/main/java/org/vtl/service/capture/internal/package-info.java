/** Writes what passes to capture files. */
package org.vtl.service.capture.internal;
