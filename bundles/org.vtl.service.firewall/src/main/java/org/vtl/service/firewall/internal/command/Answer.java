package org.vtl.service.firewall.internal.command;

import org.vtl.text.Json;

/**
 * What a call came to.
 *
 * @param text for people, each line ended
 * @param json the same for programs, as {@link Json} takes it
 * @param done whether it is what was asked for; the command's status is 1 if not
 */
record Answer(String text, Object json, boolean done) {
  Answer(String text, Object json) {
    this(text, json, true);
  }
}
