/**
 * Frames in slots of shared memory, parsed once, read and changed through header views, with
 * checksums kept right incrementally. Plain Java: nothing here needs a framework.
 */
@Export
@Version("1.6.0")
package org.vtl.packet;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
