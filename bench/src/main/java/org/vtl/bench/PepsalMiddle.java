package org.vtl.bench;

import java.util.List;

/**
 * PEPsal at the VM's end of a path, as its manual has it: a router that gives every TCP connection
 * of the host to the program by TPROXY. Only where the program is on the path of this machine.
 */
final class PepsalMiddle implements PathMiddle {
  private static final String PROGRAM = "pepsal";
  private static final int START_MILLIS = 500;
  private static final int PORT = 5000;
  private static final String MARK = "0xc8";
  private static final String TABLE = "100";

  private final String control;
  private Program program;

  /**
   * @param control the congestion control of its connections over the line
   */
  PepsalMiddle(String control) {
    this.control = control;
  }

  @Override
  public String missing() {
    return Program.exists(PROGRAM) ? "" : "the program \"" + PROGRAM + "\" is not there.";
  }

  @Override
  public boolean routes() {
    return true;
  }

  @Override
  public void start(Namespace place, String inner, String outer) {
    place.write("net/ipv4/ip_forward", "1");
    place.write("net/ipv4/conf/all/rp_filter", "0");
    place.ip("link", "set", "lo", "up");
    place.ip("rule", "add", "fwmark", MARK, "lookup", TABLE);
    place.ip("route", "add", "local", "0.0.0.0/0", "dev", "lo", "table", TABLE);
    String rules =
        "table ip pep { chain pre { type filter hook prerouting priority mangle;"
            + " iifname \"%s\" meta l4proto tcp tproxy to 127.0.0.1:%d meta mark set %s accept\n}\n}\n"
                .formatted(inner, PORT, MARK);
    Program.must(place.inside("nft", rules));
    List<String> words =
        List.of(PROGRAM, "-p", Integer.toString(PORT), "-C", control, "-T", "2", "-n");
    program = Program.start(place.inside(words));
    Program.pause(START_MILLIS);
    if (!program.isAlive()) {
      // Without it the router would forward, and that be measured.
      throw new BenchException("PEPsal ended at its start: run it by hand for its reason.");
    }
    program.ignore();
  }

  @Override
  public void close() {
    if (program != null) {
      program.close();
    }
  }
}
