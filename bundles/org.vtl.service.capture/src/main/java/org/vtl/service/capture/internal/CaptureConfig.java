package org.vtl.service.capture.internal;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** The configuration of one capture, {@code org.vtl.service.capture~NAME}. */
@ObjectClassDefinition(
    id = "org.vtl.service.capture",
    name = "VTL capture",
    description = "Writes packets of a link to pcapng files, with verdict and reason.")
@interface CaptureConfig {
  @AttributeDefinition(name = "Enabled", description = "Whether it captures.")
  boolean enabled() default true;

  @AttributeDefinition(name = "Link", description = "The link's name; empty for all links.")
  String link() default "";

  @AttributeDefinition(
      name = "Stage",
      description =
          "Where to look: arrival, departure, drop, injection, all, or a service's name for what it"
              + " has just judged; several with commas between them.")
  String stage() default "arrival";

  @AttributeDefinition(
      name = "Filter",
      description =
          "Which packets: tcp, udp, icmp, arp, ipv4, ipv6, host ADDRESS, port NUMBER, vlan NUMBER,"
              + " each after \"not\" if wanted, joined by \"and\"; empty for all.")
  String filter() default "";

  @AttributeDefinition(
      name = "File",
      description =
          "The file; {time} stands for the time of the start. Relative ones lie in data/capture."
              + " Empty for NAME-{time}.pcapng.")
  String file() default "";

  @AttributeDefinition(
      name = "Snap length",
      description = "Bytes kept of each packet at most.",
      min = "14",
      max = "262144")
  int snap_bytes() default 262_144;

  @AttributeDefinition(
      name = "File size",
      description = "Size of a file at most, in MB of 2^20 bytes; 0 for no limit.",
      min = "0")
  double file_mb() default 100;

  @AttributeDefinition(
      name = "Files",
      description = "How many files to keep, the oldest deleted; 1 ends with the first.",
      min = "1",
      max = "10000")
  int files() default 1;

  @AttributeDefinition(
      name = "Free space",
      description = "What must stay free on the file system, in MB; below it writing pauses.",
      min = "0")
  double free_mb() default 500;

  @AttributeDefinition(
      name = "Buffer",
      description = "Memory between the packets and the disk, in MB.",
      min = "1",
      max = "1024")
  int buffer_mb() default 16;

  @AttributeDefinition(name = "Force", description = "Whether an existing file is overwritten.")
  boolean force() default false;
}
