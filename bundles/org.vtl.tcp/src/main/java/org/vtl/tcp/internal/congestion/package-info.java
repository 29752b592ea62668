/** How fast a sender may send: congestion control, and the samples it learns from. */
package org.vtl.tcp.internal.congestion;
