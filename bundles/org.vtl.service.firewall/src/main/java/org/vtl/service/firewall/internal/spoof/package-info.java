/**
 * Keeps a VM to its own addresses, and fragments from saying two things to two readers: what the
 * firewall's rules may rely on before they are asked.
 */
package org.vtl.service.firewall.internal.spoof;
