/** A stateful firewall: lets pass what a policy of ordered rules accepts, by connection. */
package org.vtl.service.firewall.internal;
