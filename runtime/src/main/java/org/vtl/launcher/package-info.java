/**
 * Starts the framework with the bundles of the chosen features, and ends with it.
 *
 * <p>Plain Java on the class path, outside the framework: nothing here is seen by a bundle.
 */
package org.vtl.launcher;
