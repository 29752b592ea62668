/** What can be managed: one class for each kind of thing. */
package org.vtl.web.internal.resource;
