/** Delays, drops, repeats, damages and reorders packets: a link emulator inside the pipeline. */
package org.vtl.service.impair.internal;
