package org.vtl.io.pcap.internal;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.vtl.packet.pcapng.CaptureReader;
import org.vtl.port.PacketPort;
import org.vtl.port.PortAddress;
import org.vtl.port.PortException;

/**
 * Opens {@code file:PATH}. Options: {@code mode} (read or write, default read) and, to read, {@code
 * speed} (original: as far apart as the frames were captured; max: at once; default original). A
 * file to write is pcapng when its name ends so and pcap otherwise; one that exists is overwritten.
 */
final class CaptureFileOpener {
  private CaptureFileOpener() {}

  /**
   * Opens the port.
   *
   * @throws PortException if the file is missing, forbidden or no capture file
   * @throws IllegalArgumentException if the address is wrong
   */
  static PacketPort open(PortAddress address) throws PortException {
    address.allowOptions("mode", "speed");
    Path path;
    try {
      path = Path.of(address.target());
    } catch (InvalidPathException e) {
      throw new IllegalArgumentException(
          "Port \"" + address + "\" names no file: " + e.getReason() + ".", e);
    }
    boolean write = choice(address, "mode", "read", "write").equals("write");
    if (write && address.options().containsKey("speed")) {
      throw new IllegalArgumentException(
          "Port \"" + address + "\" has the option speed, which is for reading only.");
    }
    boolean timed = choice(address, "speed", "original", "max").equals("original");
    try {
      return write ? writer(path) : reader(address, path, timed);
    } catch (NoSuchFileException e) {
      throw cannot(address, "there is no such file or folder; correct the path", e);
    } catch (AccessDeniedException e) {
      throw cannot(address, "access is denied; give VTL's user the right to it", e);
    } catch (IOException e) {
      throw cannot(address, e.getMessage() + "; name a file", e);
    }
  }

  private static PacketPort reader(PortAddress address, Path path, boolean timed)
      throws IOException, PortException {
    CaptureReader reader = CaptureReader.open(path);
    boolean first;
    try {
      first = reader.next();
    } catch (IOException | RuntimeException e) {
      reader.close();
      throw e;
    }
    if (!first && reader.problem() != null) {
      reader.close();
      throw new PortException(
          "Port "
              + address
              + " cannot be opened: "
              + reader.problem()
              + " Name a pcap or pcapng file.");
    }
    return new CaptureFilePort(address.text(), reader, first, timed);
  }

  private static PacketPort writer(Path path) throws IOException {
    FileChannel channel =
        FileChannel.open(
            path,
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE,
            StandardOpenOption.TRUNCATE_EXISTING);
    CaptureEncoder encoder =
        path.toString().endsWith(".pcapng") ? new PcapngEncoder() : new PcapEncoder();
    return new CaptureFileWriterPort(path.toString(), channel, encoder);
  }

  private static String choice(PortAddress address, String option, String normal, String other) {
    String text = address.options().getOrDefault(option, normal);
    if (!text.equals(normal) && !text.equals(other)) {
      throw new IllegalArgumentException(
          "Port \""
              + address
              + "\" has "
              + option
              + "="
              + text
              + ", which is neither "
              + normal
              + " nor "
              + other
              + ".");
    }
    return text;
  }

  private static PortException cannot(PortAddress address, String why, IOException cause) {
    return new PortException("Port " + address + " cannot be opened: " + why + ".", cause);
  }
}
