/** Who may do what: users, passwords, tokens, sessions, and the record of what they did. */
package org.vtl.web.internal.identity;
