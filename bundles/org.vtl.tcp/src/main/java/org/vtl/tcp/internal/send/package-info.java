/**
 * What becomes of data once it is sent: loss, round trips, timers, pace.
 *
 * <p>Where it does other than the RFCs say, and why:
 *
 * <ul>
 *   <li>RFC 6298 section 2.4: the timeout is the smoothed round trip and at least 200 ms more,
 *       rather than 1 s at least, as in Linux. It restarts, too, when the first byte missing is
 *       sent again, and while data sent before that are still acknowledged selectively: behind a
 *       long queue nothing can be overdue then.
 *   <li>RFC 5681 section 3.1, RFC 3042 section 2: a window that was full grows by what duplicates
 *       acknowledge selectively, until the loss they show begins an episode. So two segments go out
 *       for each of the first duplicates, and the threshold is half of a window that is greater by
 *       these (6 segments where 10 were in flight, not 5). To wait for SND.UNA cost Reno up to 12 %
 *       where 1 to 10 % are lost at random; growth ends with the episode, which takes half of it
 *       back.
 *   <li>RFC 2018 section 8: what was acknowledged selectively is forgotten at a timeout only if the
 *       first byte missing is among it, as else it was not taken back.
 *   <li>RFC 6675: what is lost is found by time alone (RFC 8985); lost data are sent again in the
 *       order in which they were found lost. Blocks count by whole segments as they were sent, so
 *       that nobody cuts the scoreboard into crumbs.
 *   <li>RFC 8985 section 6.2 step 5: the reordering timer is set to the next segment that is due,
 *       not to the last, so that no acknowledgment looks at all of them. Reordering is told by what
 *       was delivered before an acknowledgment, not within it.
 *   <li>RFC 8985 section 6.2, RFC 6582: without SACK, losses are found by three duplicates and by
 *       partial acknowledgments, one a round trip, and tails are not probed.
 *   <li>RFC 3522, 4015: by timestamps or D-SACKs a mistake is undone at once, with the window as it
 *       was; what was taken for lost counts as sent at that time. With more than sixteen separate
 *       retransmissions D-SACKs undo nothing.
 *   <li>RFC 5682: after a timeout any data that were sent once and arrive show the timeout spurious
 *       (step 3b), in the first acknowledgment, too, as in Linux.
 *   <li>RFC 9937: with a congestion control that owns recovery (BBR) its window counts instead.
 *       RecoverFS is all that is outstanding when the episode begins, also what was acknowledged
 *       selectively before, and not what the acknowledgment that begins it delivers: some segments
 *       go out a little later than they might, none earlier.
 *   <li>RFC 9293 section 3.8.6.1: a closed window is probed with one byte behind it, at the timeout
 *       and then ever more rarely; that byte is taken back when the window opens without it. With
 *       data outstanding (a window that shrank) the retransmission timer probes, with the first
 *       segment, and R2 counts from the last answer.
 *   <li>RFC 1122 section 4.2.3.2: small segments that were lost are sent again as they were, not
 *       joined.
 * </ul>
 */
package org.vtl.tcp.internal.send;
