/** VTL's firewall beside the kernel's own, fed the same packets. */
package org.vtl.itests.firewall;
