/** What passes between an endpoint and those who make its packets. */
package org.vtl.tcp.internal.segment;
