/** What is said to a SOCKS server: SOCKS5 (RFC 1928, RFC 1929), SOCKS4a, and Tor's extensions. */
package org.vtl.service.tor.internal.socks;
