/** One end of a TCP connection (RFC 9293), played in the name of a host that is elsewhere. */
package org.vtl.tcp.internal.endpoint;
