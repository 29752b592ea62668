/** The commands of scope {@code vtl}, their syntax, and the words that complete them. */
package org.vtl.shell.internal.command;
