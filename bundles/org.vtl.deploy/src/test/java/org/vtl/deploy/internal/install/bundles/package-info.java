/** Components that tests put into bundles. */
package org.vtl.deploy.internal.install.bundles;
