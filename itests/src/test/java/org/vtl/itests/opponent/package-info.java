/** VTL's firewall against real tools: scanners, floods; beside nftables where both can be asked. */
package org.vtl.itests.opponent;
