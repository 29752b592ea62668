/** JSON with comments, read so that a fault can be shown and a value replaced where it stands. */
package org.vtl.deploy.internal.json;
