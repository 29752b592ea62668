/** The command vtl:tor. */
package org.vtl.service.tor.internal.command;
