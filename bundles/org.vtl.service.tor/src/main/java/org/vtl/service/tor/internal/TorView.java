package org.vtl.service.tor.internal;

import java.io.IOException;
import java.util.List;
import org.vtl.service.tor.internal.control.Circuit;
import org.vtl.service.tor.internal.dns.Mapping;

/** What can be seen and done from outside of the pipeline. Any thread but a worker's. */
public interface TorView {
  /**
   * How Tor fares.
   *
   * @param where its SOCKS port
   * @param process missing, starting, running or ended, of a Tor of VTL's own; else empty
   * @param pid its process; 0 for none
   * @param version empty while it is not known
   * @param percent how far it has come in joining its network; -1 while that is not known
   * @param summary what it does now, in its own words
   * @param ready whether streams are carried, as far as can be told
   * @param complaints what is wrong or not closed, each a sentence with the remedy
   */
  record TorStatus(
      String where,
      String process,
      long pid,
      String version,
      int percent,
      String summary,
      boolean ready,
      List<String> complaints) {}

  /** How Tor fares, and what is wrong. */
  TorStatus status();

  /** The streams there are, {@code limit} at most. */
  List<StreamInfo> streams(int limit);

  /** The last {@code limit} streams that failed. */
  List<StreamInfo> failed(int limit);

  /**
   * Tor's circuits.
   *
   * @throws IOException in one sentence, if Tor cannot be asked
   */
  List<Circuit> circuits() throws IOException;

  /**
   * New streams share no circuit with those before, from now on.
   *
   * @return what was done, in one sentence
   */
  String newIdentity();

  /** Names that have an address, {@code limit} of each link at most. */
  List<LinkMapping> names(int limit);

  /** The last {@code limit} lines that a Tor of VTL's own has said. */
  List<String> log(int limit);

  /** A name of {@code link}'s. */
  record LinkMapping(String link, Mapping mapping) {}
}
