package org.vtl.service.tor.internal.dns;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicBoolean;
import org.vtl.packet.Address;

/**
 * Answers one message of the guest's.
 *
 * <table>
 * <caption>What is asked for, and what is answered</caption>
 * <tr><td>A, AAAA of a name<td>its virtual address; whether it exists is seen when it is connected to
 * <tr><td>HTTPS, SVCB<td>nothing of this type, so that programs go on with addresses
 * <tr><td>ANY<td>HINFO (RFC 8482)
 * <tr><td>PTR of a virtual address<td>the name that it stands for
 * <tr><td>PTR of a private one<td>no such name (RFC 6303)
 * <tr><td>PTR of any other<td>what Tor says
 * <tr><td>other types<td>not implemented: Tor resolves addresses alone
 * <tr><td>AXFR and its like, other classes<td>refused
 * <tr><td>names of special use<td>as {@link NameKind} knows
 * </table>
 *
 * <p>One thread's; {@link LinkNames#responder} makes more. Allocates nothing but for a name that is
 * new, and for what Tor is asked.
 */
public final class DnsResponder {
  /** What {@link #answer} returns where nothing is to be answered. */
  static final int NOTHING = 0;

  /** What it returns where Tor must be asked: {@link #askLater} is next. */
  static final int LATER = -1;

  /** Bytes of the longest answer. */
  static final int MOST = Dns.LARGE_DATAGRAM;

  private static final int NAT64_A = 192 << 24 | 170;
  private static final int NAT64_B = 192 << 24 | 171;
  private static final int LOOPBACK = 127 << 24 | 1;

  /** Takes an answer that comes later; once, on any thread. */
  @FunctionalInterface
  interface Later {
    /** The first {@code length} bytes of {@code message} are the answer. */
    void answered(byte[] message, int length);
  }

  private final LinkNames link;
  private final DnsQuestion question = new DnsQuestion();
  private final DnsAnswer answer = new DnsAnswer();
  private final ReverseName reverseName = new ReverseName();

  DnsResponder(LinkNames link) {
    this.link = link;
  }

  /**
   * Answers the first {@code length} bytes of {@code message}.
   *
   * @param out where the answer is written, {@link #MOST} bytes or more
   * @param stream whether it goes by TCP, where its length does not matter
   * @return the answer's length in bytes, {@link #NOTHING} or {@link #LATER}
   */
  int answer(byte[] message, int length, byte[] out, boolean stream) {
    return switch (question.read(message, length)) {
      case NO_QUESTION -> {
        link.counters().count(DnsOutcome.NO_QUESTION);
        yield NOTHING;
      }
      case MALFORMED -> {
        begin(out, true);
        yield finish(Dns.FORMAT_ERROR, DnsOutcome.MALFORMED);
      }
      case OTHER_OPCODE -> {
        begin(out, true);
        yield finish(Dns.NOT_IMPLEMENTED, DnsOutcome.NOT_IMPLEMENTED);
      }
      case QUESTION -> {
        begin(out, stream);
        yield answerQuestion();
      }
    };
  }

  private void begin(byte[] out, boolean stream) {
    int limit = stream ? MOST : Math.min(question.payloadBytes(), MOST);
    answer.begin(question, out, limit);
  }

  private int answerQuestion() {
    if (question.version() != 0) {
      return finish(Dns.BAD_VERSION, DnsOutcome.BAD_VERSION);
    }
    int type = question.type();
    boolean meta = type >= Dns.FIRST_META && type <= Dns.MAILA;
    if (question.questionClass() != Dns.CLASS_INTERNET || meta || type == Dns.OPT) {
      return finish(Dns.REFUSED, DnsOutcome.REFUSED);
    }
    if (!question.isHost()) {
      return noSuchName();
    }
    return switch (NameKind.of(question.name)) {
      case NONE -> noSuchName();
      case LOCALHOST -> localhost();
      case IPV4_ONLY -> ipv4Only();
      case REVERSE -> reverse();
      case BARE -> type == Dns.A || type == Dns.AAAA || isService(type) ? noData() : other(type);
      case ONION -> type == Dns.A || type == Dns.AAAA ? map() : anyOrNoData();
      case ORDINARY -> {
        if (type == Dns.A || type == Dns.AAAA) {
          yield map();
        }
        yield isService(type) ? noData() : other(type);
      }
    };
  }

  /** Whether programs ask for the type beside addresses, and do without it (RFC 9460). */
  private static boolean isService(int type) {
    return type == Dns.SVCB || type == Dns.HTTPS;
  }

  // ---- answers ---------------------------------------------------------------------------------

  private int map() {
    boolean ipv6 = question.type() == Dns.AAAA;
    if (ipv6 && !link.isIpv6()) {
      return noData();
    }
    int number = link.names().map(question.name, link.seconds() * 1_000_000_000L);
    if (number == NameMap.FULL) {
      return finish(Dns.SERVER_FAILURE, DnsOutcome.FULL);
    }
    VirtualRange range = link.names().range();
    if (ipv6) {
      answer.ipv6(range.ipv6High(), range.ipv6Low(number), link.seconds());
    } else {
      answer.ipv4(range.ipv4(number), link.seconds());
    }
    return finish(Dns.NO_ERROR, DnsOutcome.MAPPED);
  }

  private int localhost() {
    switch (question.type()) {
      case Dns.A -> answer.ipv4(LOOPBACK, link.seconds());
      case Dns.AAAA -> answer.ipv6(0, 1, link.seconds());
      default -> {
        return anyOrNoData();
      }
    }
    return finish(Dns.NO_ERROR, DnsOutcome.KNOWN);
  }

  /** There is no NAT64 here: what IPv6 a guest makes of these two must not be ours. */
  private int ipv4Only() {
    if (question.type() != Dns.A) {
      return anyOrNoData();
    }
    answer.ipv4(NAT64_A, link.seconds()).ipv4(NAT64_B, link.seconds());
    return finish(Dns.NO_ERROR, DnsOutcome.KNOWN);
  }

  private int anyOrNoData() {
    return question.type() == Dns.ANY ? other(Dns.ANY) : noData();
  }

  private int other(int type) {
    if (type != Dns.ANY) {
      return finish(Dns.NOT_IMPLEMENTED, DnsOutcome.NOT_IMPLEMENTED);
    }
    answer.instead(link.seconds());
    return finish(Dns.NO_ERROR, DnsOutcome.KNOWN);
  }

  private int noData() {
    answer.nothing(true);
    return finish(Dns.NO_ERROR, DnsOutcome.NO_DATA);
  }

  private int noSuchName() {
    answer.nothing(false);
    return finish(Dns.NO_SUCH_NAME, DnsOutcome.NO_SUCH_NAME);
  }

  private int finish(int code, DnsOutcome outcome) {
    link.counters().count(outcome);
    if (answer.isTruncated()) {
      link.counters().count(DnsOutcome.TRUNCATED);
    }
    return answer.finish(code);
  }

  // ---- names of addresses ----------------------------------------------------------------------

  private int reverse() {
    ReverseName.Reading reading = reverseName.read(question.name);
    if (reading == ReverseName.Reading.NEITHER) {
      return noSuchName();
    }
    if (reading == ReverseName.Reading.PART || question.type() != Dns.PTR) {
      return anyOrNoData();
    }
    long high = reverseName.high();
    long low = reverseName.low();
    if (link.names().covers(high, low)) {
      String name = link.names().name(high, low);
      if (name == null) {
        return noSuchName();
      }
      answer.pointer(name, link.seconds());
      return finish(Dns.NO_ERROR, DnsOutcome.REVERSE_MAPPED);
    }
    if (reverseName.isLoopback()) {
      answer.pointer("localhost", link.seconds());
      return finish(Dns.NO_ERROR, DnsOutcome.KNOWN);
    }
    if (reverseName.isLocal()) {
      return noSuchName();
    }
    if (!link.lookUp()) {
      return finish(Dns.SERVER_FAILURE, DnsOutcome.REVERSE_LIMITED);
    }
    link.counters().count(DnsOutcome.REVERSE_ASKED);
    return LATER;
  }

  /**
   * Asks Tor what the question was about that {@link #answer} just now returned {@link #LATER} for,
   * and has {@code later} take the answer, soon or perhaps at once.
   */
  void askLater(boolean stream, Later later) {
    byte[] message = Arrays.copyOf(question.message(), question.length());
    AtomicBoolean once = new AtomicBoolean();
    link.reverse()
        .lookup(
            new Address(reverseName.high(), reverseName.low()),
            name -> {
              if (once.compareAndSet(false, true)) {
                link.lookedUp();
                new DnsResponder(link).found(name, message, stream, later);
              }
            });
  }

  /** Answers {@code message} with the name that Tor has told, or null. */
  private void found(String name, byte[] message, boolean stream, Later later) {
    byte[] out = new byte[MOST];
    question.read(message, message.length);
    begin(out, stream);
    int length;
    if (name == null) {
      length = noSuchName();
    } else if (!isHostName(name)) {
      length = finish(Dns.SERVER_FAILURE, DnsOutcome.MALFORMED);
    } else {
      answer.pointer(name, link.seconds());
      length = finish(Dns.NO_ERROR, DnsOutcome.REVERSE_FOUND);
    }
    later.answered(out, length);
  }

  /** Whether what an exit says is a host's name: it might be anything. */
  private static boolean isHostName(String name) {
    return name.length() <= HostName.MOST
        && name.matches("[0-9A-Za-z_-]{1,63}(\\.[0-9A-Za-z_-]{1,63})*");
  }
}
