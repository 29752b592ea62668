package org.vtl.web.internal.identity;

import org.vtl.management.Role;

/**
 * A login of a browser.
 *
 * @param key what the register knows it by; not what the cookie has
 * @param user who logged in
 * @param role what the user might do at the login
 * @param csrf what every request that changes something must repeat
 * @param provisional whether it came of the one-time token, so that the user has no account
 * @param createdNanos when, by the clock of the register
 */
public record Session(
    String key, String user, Role role, String csrf, boolean provisional, long createdNanos) {}
