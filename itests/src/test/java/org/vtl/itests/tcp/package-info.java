/** Transfers between real kernels through VTL's own TCP, over paths that lose and disorder. */
package org.vtl.itests.tcp;
