/** Two ends joined, and the service that brings them their packets. */
package org.vtl.tcp.internal.relay;
