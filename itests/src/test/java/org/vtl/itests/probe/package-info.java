/** A service that is put into bundles by the tests, never on their own class path's behalf. */
package org.vtl.itests.probe;
