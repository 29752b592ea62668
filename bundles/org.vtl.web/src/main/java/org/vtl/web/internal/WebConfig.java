package org.vtl.web.internal;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** Options of the web console and of REST; where they listen is Felix HTTP's, see docs/web.md. */
@ObjectClassDefinition(
    name = "Web console and REST",
    description = "Who may call them, how long a login lasts, and how large an upload may be.")
@interface WebConfig {
  @AttributeDefinition(
      description = "Names by which VTL may be called besides localhost, without port.")
  String[] hosts() default {};

  @AttributeDefinition(
      min = "1",
      max = "1440",
      description = "Minutes after which a login ends that nobody uses.")
  int session_idle_minutes() default 30;

  @AttributeDefinition(
      min = "1",
      max = "168",
      description = "Hours after which a login ends in any case.")
  int session_hours() default 12;

  @AttributeDefinition(
      min = "1",
      max = "64",
      description = "Megabytes (2^20 bytes) of a jar that is sent, at most.")
  int upload_mb() default 64;
}
