/** Finds the route of a request, reads what it takes, and describes all routes (OpenAPI 3.1). */
package org.vtl.web.internal.route;
