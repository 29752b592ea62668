/** The packet's walk: lanes, the pipeline of services, injection, timers, egress, ports. */
package org.vtl.core.internal.engine;
