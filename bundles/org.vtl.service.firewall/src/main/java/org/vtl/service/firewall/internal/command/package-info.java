/** The command {@code vtl:firewall}: reads words and files, and says what is. On the cold side. */
package org.vtl.service.firewall.internal.command;
