/** What a network service implements, and what the engine gives it. */
@Export
@Version("1.3.0")
package org.vtl.service;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
