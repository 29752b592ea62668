/** Keeps the files in {@code etc/} and the framework's Configuration Admin the same. */
package org.vtl.deploy.internal.configuration;
