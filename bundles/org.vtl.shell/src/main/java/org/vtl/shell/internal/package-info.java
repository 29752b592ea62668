/** Gogo commands of scope vtl. */
package org.vtl.shell.internal;
