/**
 * Programs, maps and links of the kernel's BPF machine, through bpf(2) alone: no compiler, no
 * object files. What is made here lives as long as its descriptors, so a process that dies leaves
 * nothing attached.
 *
 * <p>The memory of maps and programs counts against the process's control group since Linux 5.11;
 * the older limit RLIMIT_MEMLOCK is not raised here.
 */
package org.vtl.io.linux.internal.bpf;
