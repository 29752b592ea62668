/**
 * One end of a TCP connection (RFC 9293), played in the name of a host that is elsewhere.
 *
 * <p>Where it does other than the RFCs say, and why:
 *
 * <ul>
 *   <li>RFC 9293 section 3.10.5: {@code abort} sends a RST in CLOSING and LAST-ACK too, since what
 *       was acknowledged in another's name must not seem delivered.
 *   <li>RFC 9293 section 3.10.7.4: with the window closed, a segment that begins at RCV.NXT is
 *       trimmed rather than refused, so its acknowledgment counts and a bare FIN is taken; data
 *       that comes twice is always acknowledged, what has none only ten times in five seconds (RFC
 *       5961 section 7).
 *   <li>RFC 9293 section 3.8.6: the window's right edge may go back by less than one unit of its
 *       scale where the buffer ends between two units (RFC 7323 section 2.4); what was granted is
 *       taken all the same.
 *   <li>RFC 9293 section 3.8.6.2.2: a window update of its own is sent when the window has doubled
 *       or grown by half of the buffer, by two segments at least; smaller gains ride on other
 *       acknowledgments.
 *   <li>RFC 5681 section 3.1: a lost SYN does not make the initial window one segment, as in Linux;
 *       the first timeout becomes 3 s (RFC 6298 section 5.7).
 *   <li>RFC 3168 section 6.1.1: a RST in answer to a SYN that offers ECN is believed; a SYN without
 *       ECN is tried after silence only.
 *   <li>RFC 793 and 1122: the urgent pointer is ignored, and urgent data delivered in line (RFC
 *       6093).
 * </ul>
 */
package org.vtl.tcp.internal.endpoint;
