/** Forwarders of our own that VTL is measured against, each a program by itself. */
package org.vtl.bench.peer;
