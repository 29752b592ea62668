package org.vtl.service.tor.internal;

/**
 * A configuration and what is made of it, published whole.
 *
 * @param hubs null before the service is in the pipeline
 */
record Setup(Settings settings, Hubs hubs) {}
