/** What stands between a socket and a route: hosts, origins, limits, bodies. */
package org.vtl.web.internal.http;
