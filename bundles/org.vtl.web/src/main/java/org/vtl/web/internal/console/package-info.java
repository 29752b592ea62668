/** The Felix web console, kept to VTL's users. */
package org.vtl.web.internal.console;
