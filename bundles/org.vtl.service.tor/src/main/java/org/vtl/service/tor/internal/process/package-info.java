/** A Tor of VTL's own: started, watched, and ended with VTL. */
package org.vtl.service.tor.internal.process;
