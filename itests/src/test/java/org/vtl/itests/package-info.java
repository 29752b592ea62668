/** Tests of the whole: the framework as users start it, and the rules that every bundle keeps. */
package org.vtl.itests;
