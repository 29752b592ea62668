/** What a running VTL tells and lets do: for shells, consoles and embedders, on the cold side. */
@Export
@Version("1.5.0")
package org.vtl.runtime;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
