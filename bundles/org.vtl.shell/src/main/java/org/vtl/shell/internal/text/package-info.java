/** What commands print: tables, units, JSON, and the word nearest to a wrong one. */
package org.vtl.shell.internal.text;
