package org.vtl.service;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.osgi.annotation.bundle.Requirement;
import org.osgi.service.component.annotations.ComponentPropertyType;

/**
 * Makes a DS component a VTL service: writes the service properties of {@link PacketService} and
 * the requirement on a pipeline that runs it.
 */
@ComponentPropertyType
@Requirement(
    namespace = "osgi.implementation",
    name = "vtl.pipeline",
    version = "1.0.0",
    effective = "active")
@Retention(RetentionPolicy.CLASS)
@Target(ElementType.TYPE)
public @interface VtlService {
  /** Prefix of the property names. */
  String PREFIX_ = "vtl.";

  /** The service's name: lower case, unique; a successor has the same. */
  String name();

  /** Distance from the VM; configuration overrides it by {@code vtl.priority}. */
  int priority();

  /**
   * Whether it needs links of one worker, since it changes addresses: {@link
   * PacketService#ONE_WORKER}.
   */
  boolean one_worker() default false;

  /** What the service wants to see. */
  Traffic[] protocols() default {
    Traffic.TCP, Traffic.UDP, Traffic.ICMP, Traffic.OTHER_IP, Traffic.ARP, Traffic.OTHER
  };
}
