package org.vtl.service.tor.internal.refuse;

/**
 * How the guest is refused.
 *
 * @param tell whether it is told by ICMP and RST; false: in silence
 * @param echo whether VTL answers its echo requests itself, whatever their destination
 * @param perSecond answers per link and second at most, 1 to 1,000,000; 0 for none
 */
public record Manners(boolean tell, boolean echo, int perSecond) {
  /** Told, no echo, a thousand a second. */
  public static final Manners DEFAULT = new Manners(true, false, 1_000);
}
