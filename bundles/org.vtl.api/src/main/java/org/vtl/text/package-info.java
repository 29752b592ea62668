/**
 * How everything that answers people and programs writes: tables and JSON; and how it reads JSON.
 */
@Export
@Version("1.0.0")
package org.vtl.text;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
