/** The engine between the ports: workers, chain, connections, timers and links. */
package org.vtl.core.internal;
