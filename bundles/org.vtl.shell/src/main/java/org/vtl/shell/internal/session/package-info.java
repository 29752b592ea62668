/** Sessions: at the console, at a prompt through the socket, or for one command. */
package org.vtl.shell.internal.session;
