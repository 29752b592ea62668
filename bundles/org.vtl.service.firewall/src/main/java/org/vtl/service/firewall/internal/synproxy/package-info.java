/**
 * Answers a SYN in the server's name, and troubles the server only once the client has proved that
 * it is where it says (RFC 4987 section 3.6, SYN cookies of section 3.6.1.1).
 */
package org.vtl.service.firewall.internal.synproxy;
