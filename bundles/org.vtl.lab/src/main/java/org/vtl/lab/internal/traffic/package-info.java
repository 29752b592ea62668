/** Traffic with a proof: real sockets, whose ends count what was lost, repeated or damaged. */
package org.vtl.lab.internal.traffic;
