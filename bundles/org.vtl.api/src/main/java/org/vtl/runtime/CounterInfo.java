package org.vtl.runtime;

/**
 * A counter or a reason's count.
 *
 * @param name {@code owner/name}
 * @param link the link's name; empty when counted over all
 * @param value how often
 * @param description what is counted
 */
public record CounterInfo(String name, String link, long value, String description) {}
