/** The firewall's policy as text and as data: reading, writing, comparing; nothing per packet. */
package org.vtl.service.firewall.internal.policy;
