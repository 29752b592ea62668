/**
 * What Tor does not carry: refused so that programs fail fast instead of waiting, or in silence by
 * choice, and counted by what it was.
 */
package org.vtl.service.tor.internal.refuse;
