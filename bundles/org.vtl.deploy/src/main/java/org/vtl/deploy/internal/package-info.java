/** Installs, updates and removes bundles while traffic flows. */
package org.vtl.deploy.internal;
