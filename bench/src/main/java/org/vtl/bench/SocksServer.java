package org.vtl.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The plain SOCKS server at the far end. */
enum SocksServer {
  /** Dante, which carries 64 KB at a time. */
  DANTE("danted", "dante-server") {
    @Override
    List<String> words(Path folder) {
      Path file = folder.resolve("danted.conf");
      String content =
          """
          logoutput: /dev/null
          internal: %1$s port = %2$d
          external: %1$s
          clientmethod: none
          socksmethod: none
          user.privileged: root
          user.unprivileged: nobody
          client pass { from: 0.0.0.0/0 to: 0.0.0.0/0 }
          socks pass { from: 0.0.0.0/0 to: 0.0.0.0/0 }
          """
              .formatted(TorBed.SOCKS, TorBed.SOCKS_PORT);
      try {
        Files.writeString(file, content);
      } catch (IOException e) {
        throw new BenchException("The file " + file + " cannot be written: " + e + ".", e);
      }
      List<String> words = TorBed.manyFiles();
      words.addAll(List.of(program(), "-f", file.toString(), "-p", "/dev/null"));
      return words;
    }
  },

  /** microsocks, which carries 1 KB at a time: it is what limits, but it takes little memory. */
  MICROSOCKS("microsocks", "microsocks") {
    @Override
    List<String> words(Path folder) {
      List<String> words = TorBed.manyFiles();
      words.addAll(List.of(program(), "-i", TorBed.SOCKS));
      words.addAll(List.of("-p", Integer.toString(TorBed.SOCKS_PORT)));
      return words;
    }
  };

  private final String program;
  private final String debian;

  SocksServer(String program, String debian) {
    this.program = program;
    this.debian = debian;
  }

  String program() {
    return program;
  }

  /** The words that start it; its files go to {@code folder}. */
  abstract List<String> words(Path folder);

  /** What this machine lacks for it, in one sentence; empty if nothing. */
  String missing() {
    return Program.exists(program)
        ? ""
        : "The program \"%s\" is not there; Debian has it in %s.".formatted(program, debian);
  }
}
