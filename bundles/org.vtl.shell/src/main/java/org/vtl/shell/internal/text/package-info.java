/** The units in which commands print. */
package org.vtl.shell.internal.text;
