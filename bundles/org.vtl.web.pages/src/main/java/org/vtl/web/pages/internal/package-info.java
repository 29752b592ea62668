/** The pages of the web console: their frame, their files, and those that other bundles bring. */
package org.vtl.web.pages.internal;
