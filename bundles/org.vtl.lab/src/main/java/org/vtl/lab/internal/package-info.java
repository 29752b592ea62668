/** A network of hosts on one machine to try VTL in. */
package org.vtl.lab.internal;
