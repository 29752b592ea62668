/** Relays that only note what was asked, for tests of services that open them. */
@org.osgi.annotation.bundle.Export
@org.osgi.annotation.versioning.Version("1.0.0")
package org.vtl.tcp.testkit;
