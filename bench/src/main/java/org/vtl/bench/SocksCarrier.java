package org.vtl.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Something that carries a host's connections to a SOCKS server, as VTL's Tor service does. */
abstract class SocksCarrier implements AutoCloseable {
  private static final int START_MILLIS = 700;

  private final String name;

  SocksCarrier(String name) {
    this.name = name;
  }

  String name() {
    return name;
  }

  /** What this machine lacks for it, in one sentence; empty if nothing. */
  abstract String missing();

  /** Starts carrying what comes to {@code m0} of {@code middle}; returns when it does. */
  abstract void start(Namespace middle);

  /** Its process; 0: it has none. */
  abstract long pid();

  @Override
  public abstract void close();

  /** Whether the host's programs themselves speak SOCKS. */
  boolean speaksSocks() {
    return false;
  }

  /** All that can be compared, VTL of {@code dist} first. */
  static List<SocksCarrier> all(Path dist, Path folder) {
    return List.of(
        new Direct(),
        new Vtl("vtl", dist),
        new ByProgram(
            "redsocks",
            List.of("redsocks", "-c", folder.resolve("redsocks.conf").toString()),
            folder.resolve("redsocks.conf"),
            """
            base { log_debug = off; log_info = off; log = "stderr"; daemon = off;
              redirector = iptables; redsocks_conn_max = 8192; }
            redsocks { local_ip = %s; local_port = 12345; ip = %s; port = %d; type = socks5;
              listenq = 4096; }
            """
                .formatted(TorBed.MIDDLE, TorBed.SOCKS, TorBed.SOCKS_PORT)) {
          @Override
          void prepare(Namespace middle) {
            Program.must(
                middle.inside(
                    "nft",
                    "table ip redsocks { chain pre { type nat hook prerouting priority dstnat;"
                        + " iifname \"m0\" meta l4proto tcp redirect to :12345\n}\n}\n"));
          }
        },
        new ByProgram(
            "badvpn",
            List.of(
                "badvpn-tun2socks",
                "--tundev",
                "tun0",
                "--netif-ipaddr",
                "10.3.0.2",
                "--netif-netmask",
                "255.255.255.0",
                "--loglevel",
                "error",
                "--socks-server-addr",
                TorBed.SOCKS + ":" + TorBed.SOCKS_PORT),
            null,
            "") {
          @Override
          void prepare(Namespace middle) {
            tunnel(middle);
          }
        },
        new ByProgram(
            "hev",
            List.of("hev-socks5-tunnel", folder.resolve("hev.yml").toString()),
            folder.resolve("hev.yml"),
            """
            tunnel: { name: tun0, mtu: 8500 }
            socks5: { address: %s, port: %d, udp: udp }
            misc: { log-level: error }
            """
                .formatted(TorBed.SOCKS, TorBed.SOCKS_PORT)) {
          @Override
          void prepare(Namespace middle) {
            tunnel(middle);
          }
        });
  }

  /** VTL of {@code dist}, shown as {@code name}. */
  static SocksCarrier vtl(String name, Path dist) {
    return new Vtl(name, dist);
  }

  private static void tunnel(Namespace middle) {
    middle.ip("tuntap", "add", "dev", "tun0", "mode", "tun");
    middle.ip("address", "add", "10.3.0.1/24", "dev", "tun0");
    middle.ip("link", "set", "tun0", "up");
    middle.ip("route", "add", TorBed.SERVER, "dev", "tun0");
  }

  /** Programs that speak SOCKS themselves, and a kernel between that forwards. */
  private static final class Direct extends SocksCarrier {
    Direct() {
      super("direct");
    }

    @Override
    String missing() {
      return "";
    }

    @Override
    void start(Namespace middle) {
      TorBed.route(middle);
    }

    @Override
    long pid() {
      return 0;
    }

    @Override
    boolean speaksSocks() {
      return true;
    }

    @Override
    public void close() {
      // the kernel's part goes with the namespace
    }
  }

  /** VTL, with a SOCKS server in the place of Tor. */
  private static final class Vtl extends SocksCarrier {
    private static final String LINK =
        """
        { "vm.port": "packet:m0", "network.port": "packet:m2", "required": ["tor", "tor-guard"] }
        """;
    private static final String TOR =
        """
        { "manage": false, "socks": "%s:%d", "isolation": "none", "private.destinations": true }
        """;

    private final Path dist;
    private VtlProcess process;

    Vtl(String name, Path dist) {
      super(name);
      this.dist = dist;
    }

    @Override
    String missing() {
      return Files.exists(dist.resolve("features/tor.json"))
          ? ""
          : "the built VTL has no feature \"tor\".";
    }

    @Override
    void start(Namespace middle) {
      Map<String, String> files =
          Map.of(
              "org.vtl.link~bench.cfg.json",
              LINK,
              "org.vtl.service.tor.cfg.json",
              TOR.formatted(TorBed.SOCKS, TorBed.SOCKS_PORT));
      process =
          VtlProcess.start(
              middle, new VtlProcess.Recipe(dist, "core,linux,shell,tcp,tor", "", files));
      process.awaitLinks(1);
    }

    @Override
    long pid() {
      return process.pid();
    }

    @Override
    public void close() {
      if (process != null) {
        process.close();
      }
    }
  }

  /** A program of others, where it is on the path of this machine. */
  private abstract static class ByProgram extends SocksCarrier {
    private final List<String> words;
    private final Path file;
    private final String content;
    private Program program;

    ByProgram(String name, List<String> words, Path file, String content) {
      super(name);
      this.words = words;
      this.file = file;
      this.content = content;
    }

    /** Leads the host's connections to it. */
    abstract void prepare(Namespace middle);

    @Override
    String missing() {
      return Program.exists(words.getFirst())
          ? ""
          : "the program \"" + words.getFirst() + "\" is not there.";
    }

    @Override
    void start(Namespace middle) {
      try {
        if (file != null) {
          Files.writeString(file, content);
        }
      } catch (IOException e) {
        throw new BenchException("The file " + file + " cannot be written: " + e + ".", e);
      }
      TorBed.route(middle);
      prepare(middle);
      List<String> all = TorBed.manyFiles();
      all.addAll(words);
      program = Program.start(middle.inside(all));
      Program.pause(START_MILLIS);
      if (!program.isAlive()) {
        throw new BenchException(name() + " ended at its start: run it by hand for its reason.");
      }
      program.ignore();
    }

    @Override
    long pid() {
      return program.pid();
    }

    @Override
    public void close() {
      if (program != null) {
        program.close();
      }
    }
  }
}
