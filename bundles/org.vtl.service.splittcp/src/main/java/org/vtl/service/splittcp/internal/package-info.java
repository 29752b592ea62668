/** Split TCP: which connections are split, and how VTL speaks to each end. */
package org.vtl.service.splittcp.internal;
