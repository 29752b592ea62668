package org.vtl.runtime;

/**
 * A counter or a reason's count.
 *
 * @param name {@code owner/name}
 * @param link the link's name; empty when counted over all
 * @param drop whether it is the reason for drops: {@code value} packets were discarded
 * @param value how often
 * @param description what is counted
 */
public record CounterInfo(String name, String link, boolean drop, long value, String description) {}
