package org.vtl.tcp.command;

import org.vtl.text.Json;

/**
 * What a call came to.
 *
 * @param text for people, each line ended
 * @param json the same for programs, as {@link Json} takes it
 */
record Answer(String text, Object json) {}
