/** A Tor network of its own on this machine: authorities, exits, an onion service, and a web. */
package org.vtl.lab.internal.tor;
