/** Local acknowledgments: which connections get them, and how VTL repeats what it has promised. */
package org.vtl.service.localack.internal;
