/** Memory ports, packet scripts, assertions and a virtual clock for tests of services. */
@org.osgi.annotation.bundle.Export
@org.osgi.annotation.versioning.Version("1.0.0")
package org.vtl.testkit;
