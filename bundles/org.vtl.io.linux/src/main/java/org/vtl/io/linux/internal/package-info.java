/** Packet ports of the Linux kernel. */
package org.vtl.io.linux.internal;
