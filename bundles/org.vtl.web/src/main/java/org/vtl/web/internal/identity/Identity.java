package org.vtl.web.internal.identity;

import java.util.Optional;
import org.vtl.management.Role;

/**
 * Who asks.
 *
 * @param user the name
 * @param role what that user may do now
 * @param session how it is known; empty when it is by a token, which no browser sends by itself
 */
public record Identity(String user, Role role, Optional<Session> session) {
  /** Nobody in particular. */
  public static final Identity NOBODY = new Identity("", Role.NONE, Optional.empty());
}
