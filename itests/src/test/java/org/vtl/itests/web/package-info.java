/** REST and the web console of a running VTL, asked as browsers, scripts and attackers ask. */
package org.vtl.itests.web;
