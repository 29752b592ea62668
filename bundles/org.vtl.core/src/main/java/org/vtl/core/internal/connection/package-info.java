/** The state of conversations: the table, both ends, the TCP tracker, translated sequences. */
package org.vtl.core.internal.connection;
