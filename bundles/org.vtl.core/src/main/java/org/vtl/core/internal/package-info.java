/**
 * The engine as OSGi components: what registers it, and what hands it links, services and ports.
 */
package org.vtl.core.internal;
