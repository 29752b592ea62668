/** The services tor and tor-guard: a VM's traffic goes through Tor, and nothing beside it. */
package org.vtl.service.tor.internal;
