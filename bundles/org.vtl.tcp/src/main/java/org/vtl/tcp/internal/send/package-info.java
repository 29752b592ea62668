/** What becomes of data once it is sent: loss, round trips, timers, pace. */
package org.vtl.tcp.internal.send;
