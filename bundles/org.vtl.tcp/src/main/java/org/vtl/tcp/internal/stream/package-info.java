/** Bytes on their way: streams of off-heap chunks from one bounded pool. */
package org.vtl.tcp.internal.stream;
