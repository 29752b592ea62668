package org.vtl.runtime;

import java.util.List;

/**
 * Part of the connections that match.
 *
 * @param total how many match
 * @param connections the part asked for
 */
public record ConnectionPage(int total, List<ConnectionInfo> connections) {}
