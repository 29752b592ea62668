/** The state of a conversation, both ends, as services see it. */
@Export
@Version("1.2.0")
package org.vtl.connection;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
