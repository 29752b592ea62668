/** Connections as flow records for a collector: IPFIX (RFC 7011), both directions in one record. */
package org.vtl.ipfix.internal;
