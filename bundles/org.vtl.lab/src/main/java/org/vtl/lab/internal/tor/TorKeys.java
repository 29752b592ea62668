package org.vtl.lab.internal.tor;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;

/** The keys of directory authorities, made before they start: each must know all the others. */
final class TorKeys {
  private static final Executor THREADS =
      task -> Thread.ofPlatform().daemon().name("vtl-tor-keys").start(task);

  private TorKeys() {}

  /**
   * Makes keys in {@code keys/} of each folder, all at the same time.
   *
   * @return the lines {@code DirAuthority} that every node of the network has
   */
  static List<String> make(List<Path> folders) throws IOException {
    List<CompletableFuture<String>> lines = new ArrayList<>();
    for (int i = 0; i < folders.size(); i++) {
      int number = i;
      lines.add(
          CompletableFuture.supplyAsync(
              () -> {
                try {
                  return authority(number, folders.get(number));
                } catch (IOException e) {
                  throw new CompletionException(e);
                }
              },
              THREADS));
    }
    List<String> all = new ArrayList<>();
    for (CompletableFuture<String> line : lines) {
      try {
        all.add(line.join());
      } catch (CompletionException e) {
        if (e.getCause() instanceof IOException cause) {
          throw cause;
        }
        throw e;
      }
    }
    return all;
  }

  private static String authority(int number, Path folder) throws IOException {
    Path keys = Files.createDirectories(folder.resolve("keys"));
    Files.setPosixFilePermissions(folder, PosixModes.PRIVATE);
    Files.setPosixFilePermissions(keys, PosixModes.PRIVATE);
    String address = TorPlan.RELAYS + ":" + directoryPort(number);
    run(
        keys,
        "no secret\n",
        List.of(
            "tor-gencert",
            "--create-identity-key",
            "--passphrase-fd",
            "0",
            "-m",
            "12",
            "-a",
            address));
    String identity =
        Files.readAllLines(keys.resolve("authority_certificate")).stream()
            .filter(line -> line.startsWith("fingerprint "))
            .findFirst()
            .orElseThrow()
            .substring("fingerprint ".length());
    // Neither the system's configuration nor a user's.
    Path none = Files.writeString(folder.resolve("torrc.none"), "");
    run(
        folder,
        "",
        List.of(
            "tor",
            "--list-fingerprint",
            "-f",
            none.toString(),
            "--defaults-torrc",
            none.toString(),
            "--ORPort",
            relayPort(number) + "",
            "--SocksPort",
            "0",
            "--DataDirectory",
            folder.toString(),
            "--Nickname",
            name(number),
            "--Log",
            "err stderr"));
    String fingerprint = Files.readString(folder.resolve("fingerprint")).strip().split(" ")[1];
    return "DirAuthority %s orport=%d no-v2 v3ident=%s %s %s"
        .formatted(name(number), relayPort(number), identity, address, fingerprint);
  }

  static String name(int number) {
    return "auth" + number;
  }

  static int relayPort(int number) {
    return 5000 + number;
  }

  static int directoryPort(int number) {
    return 7000 + number;
  }

  private static void run(Path folder, String input, List<String> words) throws IOException {
    Process process =
        new ProcessBuilder(words).directory(folder.toFile()).redirectErrorStream(true).start();
    try (var in = process.getOutputStream()) {
      in.write(input.getBytes(StandardCharsets.UTF_8));
    }
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    try {
      if (process.waitFor() != 0) {
        throw new IOException(
            "\"%s\" failed with status %d: %s"
                .formatted(String.join(" ", words), process.exitValue(), said.strip()));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("Interrupted while \"" + words.getFirst() + "\" ran.", e);
    }
  }
}
