/** The bundle's components: they register the commands, serve the socket and the console. */
package org.vtl.shell.internal;
