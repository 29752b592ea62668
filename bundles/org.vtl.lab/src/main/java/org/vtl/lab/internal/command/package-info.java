/** The command {@code vtl:lab}. */
package org.vtl.lab.internal.command;
