/** What commands print: units, and the word nearest to a wrong one. */
package org.vtl.shell.internal.text;
