/** Delays, drops, repeats and reorders packets. */
package org.vtl.service.impair.internal;
