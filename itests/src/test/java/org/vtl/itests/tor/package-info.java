/** The Tor services against a real Tor network: what must not leak, and what must work. */
package org.vtl.itests.tor;
