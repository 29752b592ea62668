/**
 * How everything that answers people and programs writes: tables and JSON; how it reads JSON; and
 * how it finds the word that someone meant.
 */
@Export
@Version("1.1.0")
package org.vtl.text;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
