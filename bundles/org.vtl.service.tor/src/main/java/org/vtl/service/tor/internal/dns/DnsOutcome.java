package org.vtl.service.tor.internal.dns;

/** How a question ended, each counted by itself. */
public enum DnsOutcome {
  MAPPED("mapped", "Questions answered with a virtual address."),
  NO_DATA("no-data", "Questions whose name has nothing of the type asked for."),
  NO_SUCH_NAME("no-such-name", "Questions for names that do not exist or are nobody's business."),
  KNOWN("known", "Questions answered without Tor: localhost, and ANY (RFC 8482)."),
  REVERSE_MAPPED("reverse-mapped", "Virtual addresses whose name was asked for and told."),
  REVERSE_ASKED("reverse-asked", "Addresses whose name Tor was asked for."),
  REVERSE_FOUND("reverse-found", "Addresses whose name Tor has told."),
  REVERSE_LIMITED(
      "reverse-limited", "Addresses whose name Tor was not asked for: too many at once."),
  NOT_IMPLEMENTED("not-implemented", "Questions of a type that Tor cannot resolve."),
  REFUSED("refused", "Questions for a transfer or of another class than the Internet's."),
  FULL("full", "Names not mapped since every place is in use; the guest is told to ask again."),
  MALFORMED("malformed", "Messages that contradict themselves, answered so."),
  BAD_VERSION("bad-version", "Questions in a version of EDNS that nobody speaks."),
  TRUNCATED("truncated", "Answers that did not fit a datagram; the guest asks by TCP."),
  NO_QUESTION("no-question", "Messages that are no question, not answered."),
  STREAMS_LIMITED("streams-limited", "DNS streams ended at once since there were too many.");

  final String title;
  final String description;

  DnsOutcome(String title, String description) {
    this.title = "dns-" + title;
    this.description = description;
  }
}
