package org.vtl.service.capture.internal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.vtl.management.Answer;
import org.vtl.management.ManagementResource;
import org.vtl.management.Parameter;
import org.vtl.management.Refusal;
import org.vtl.management.Request;
import org.vtl.management.Role;
import org.vtl.management.Route;
import org.vtl.management.Shape;

/**
 * Captures over the network: started into files of the captures' own folder, stopped, and their
 * files fetched. Which file is meant is looked up in that folder; no word of a client becomes part
 * of a path.
 */
@Component(property = ManagementResource.PAGE + "=capture")
public final class CaptureResource implements ManagementResource {
  private static final String EXTENSION = ".pcapng";

  private final Captures captures;

  /**
   * A capture to start; what is left out has the default of a configured one.
   *
   * @param name of the capture, and of its file
   * @param link the link's name; all if left out
   * @param stage where to look: arrival, departure, drop, injection, all, or services' names
   * @param filter which packets
   * @param snapBytes kept of each packet at most
   * @param fileMegabytes size of a file at most
   * @param files kept, the oldest deleted
   */
  record NewCapture(
      String name,
      Optional<String> link,
      Optional<String> stage,
      Optional<String> filter,
      Optional<Integer> snapBytes,
      Optional<Integer> fileMegabytes,
      Optional<Integer> files) {}

  /**
   * A file of a capture.
   *
   * @param name of the file
   * @param bytes its size now
   * @param modified when it was last written, in UTC (RFC 3339)
   */
  record FileInfo(String name, long bytes, String modified) {}

  @Activate
  public CaptureResource(@Reference Captures captures) {
    this.captures = captures;
  }

  @Override
  public String title() {
    return "Captures";
  }

  @Override
  public List<Route> routes() {
    Parameter file = Parameter.segment("file", "The file's name.");
    return List.of(
        Route.get(
            "/captures",
            Role.VIEWER,
            "Lists the captures that run, and those that could not start.",
            Shape.listOf(CaptureStatus.class),
            request -> Answer.of(captures.list())),
        Route.post(
            "/captures",
            Role.OPERATOR,
            "Starts a capture, which ends with VTL or when it is stopped.",
            Shape.of(NewCapture.class),
            Shape.of(CaptureStatus.class),
            this::start),
        Route.delete(
                "/captures/{capture}",
                Role.OPERATOR,
                "Stops a capture; its file stays.",
                Shape.of(CaptureStatus.class),
                request -> Answer.of(captures.stop(request.text("capture"))))
            .with(Parameter.segment("capture", "The capture's name.")),
        Route.get(
            "/capture-files",
            Role.VIEWER,
            "Lists the files of captures, the newest first.",
            Shape.listOf(FileInfo.class),
            request -> Answer.of(list())),
        Route.get(
                "/capture-files/{file}",
                Role.OPERATOR,
                "Fetches a file, which holds what was said; it may still grow.",
                Shape.bytes("application/vnd.tcpdump.pcap"),
                request -> {
                  Path found = find(request.text("file"));
                  return Answer.file(found, found.getFileName().toString());
                })
            .with(file),
        Route.delete(
                "/capture-files/{file}",
                Role.OPERATOR,
                "Deletes a file that no capture writes.",
                Shape.NONE,
                this::delete)
            .with(file));
  }

  private Answer start(Request request) {
    NewCapture wanted = request.body(NewCapture.class);
    CaptureOptions options = new CaptureOptions();
    options.link = wanted.link().orElse(options.link);
    options.stage = wanted.stage().orElse(options.stage);
    options.filter = wanted.filter().orElse(options.filter);
    options.snapBytes = wanted.snapBytes().orElse(options.snapBytes);
    options.fileMegabytes = wanted.fileMegabytes().map(Integer::doubleValue).orElse(100.0);
    options.files = wanted.files().orElse(options.files);
    return Answer.created(
        captures.start(CaptureSpec.of(wanted.name(), options, captures.folder()), false));
  }

  private List<Path> files() {
    List<Path> files = new ArrayList<>();
    if (Files.isDirectory(captures.folder())) {
      try (Stream<Path> all = Files.list(captures.folder())) {
        all.filter(file -> file.getFileName().toString().endsWith(EXTENSION))
            .filter(file -> Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS))
            .forEach(files::add);
      } catch (IOException e) {
        throw new IllegalStateException(
            "The captures' folder cannot be read (%s).".formatted(e), e);
      }
    }
    return files;
  }

  private List<FileInfo> list() {
    List<FileInfo> all = new ArrayList<>();
    for (Path file : files()) {
      try {
        all.add(
            new FileInfo(
                file.getFileName().toString(),
                Files.size(file),
                Files.getLastModifiedTime(file).toInstant().toString()));
      } catch (IOException e) {
        // Deleted since it was listed: it is not there any more.
        continue;
      }
    }
    all.sort(Comparator.comparing(FileInfo::modified).reversed());
    return all;
  }

  private Path find(String name) {
    return files().stream()
        .filter(file -> file.getFileName().toString().equals(name))
        .findFirst()
        .orElseThrow(() -> Refusal.missing("There is no file %s of a capture.".formatted(name)));
  }

  private Answer delete(Request request) {
    Path file = find(request.text("file"));
    for (CaptureStatus capture : captures.list()) {
      if (capture.file().endsWith(file.getFileName().toString())) {
        throw Refusal.conflict(
            "File %s is being written; stop capture %s first."
                .formatted(file.getFileName(), capture.name()));
      }
    }
    try {
      Files.delete(file);
    } catch (IOException e) {
      throw new IllegalStateException(
          "File %s cannot be deleted (%s).".formatted(file.getFileName(), e), e);
    }
    return Answer.nothing();
  }
}
