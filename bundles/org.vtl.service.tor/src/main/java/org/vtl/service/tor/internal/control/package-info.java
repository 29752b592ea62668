/** Tor's control port. */
package org.vtl.service.tor.internal.control;
