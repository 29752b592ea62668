/** The web bundle: puts its parts together and registers them. */
package org.vtl.web.internal;
