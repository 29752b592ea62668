/** Installs, updates and removes bundles and features in the running framework. */
package org.vtl.deploy.internal.install;
