/** What happens now, for those who watch: server-sent events. */
package org.vtl.web.internal.live;
