package org.vtl.web.internal.resource;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.vtl.management.Answer;
import org.vtl.management.ManagementResource;
import org.vtl.management.Parameter;
import org.vtl.management.Request;
import org.vtl.management.Role;
import org.vtl.management.Route;
import org.vtl.management.Shape;
import org.vtl.runtime.Installer;
import org.vtl.web.internal.Providers;

/** What is installed, and what can be: jars that are sent, and the distribution's own folder. */
public final class PackagesResource implements ManagementResource, AutoCloseable {
  /** A feature, or coordinates in the repository folder: never a path or a URL. */
  private static final String SOURCE = "[A-Za-z0-9_-][A-Za-z0-9._-]*(:[A-Za-z0-9._-]+){0,2}";

  private static final int LONGEST = 300;

  /** The folder of uploads, in a path. */
  private static final String UPLOADS = "/web/uploads/";

  private final Providers providers;
  private final Uploads uploads;
  private final FormerVersions former = new FormerVersions();
  private final Jobs jobs;

  /** A jar that was sent, and what installing it would do. */
  record Upload(String upload, Installer.Plan plan) {}

  /**
   * Something installed.
   *
   * @param stays why it cannot be removed here, in one sentence; empty when it can
   */
  record Installed(
      String name, String version, String source, String state, String reason, String stays) {}

  /**
   * A feature.
   *
   * @param bundles as {@code group:artifact:version}
   * @param stays why it cannot be removed here, in one sentence; empty when it can, or is not
   *     installed
   */
  record Feature(
      String name, String description, boolean installed, List<String> bundles, String stays) {}

  /**
   * What to do.
   *
   * @param action {@code install}, {@code update}, {@code rollback} or {@code uninstall}
   * @param name what to update, roll back or uninstall, by symbolic name or a feature's name
   * @param source a feature's name, or {@code group:artifact[:version]} in the repository folder
   * @param upload what was sent
   */
  record Order(
      String action, Optional<String> name, Optional<String> source, Optional<String> upload) {}

  /** Keeps what is sent in {@code folder}. */
  public PackagesResource(Providers providers, Path folder, Jobs jobs) {
    this.providers = providers;
    this.uploads = new Uploads(folder);
    this.jobs = jobs;
  }

  @Override
  public String title() {
    return "Packages";
  }

  @Override
  public List<Route> routes() {
    return List.of(
        Route.get(
            "/packages",
            Role.VIEWER,
            "Lists what was installed beyond the distribution, and what failed to.",
            Shape.listOf(Installed.class),
            request ->
                Answer.of(providers.installer().installed().stream().map(this::shown).toList())),
        Route.get(
            "/packages/former",
            Role.VIEWER,
            "Lists the versions that action rollback of /jobs goes back to.",
            Shape.listOf(FormerVersions.Former.class),
            request -> Answer.of(former.list())),
        Route.get(
            "/features",
            Role.VIEWER,
            "Lists the features that can be installed or are.",
            Shape.listOf(Feature.class),
            request ->
                Answer.of(providers.installer().features().stream().map(this::shown).toList())),
        Route.post(
            "/uploads",
            Role.ADMIN,
            "Takes a jar, checks it, and says what installing it would do; nothing is installed.",
            Shape.bytes("application/java-archive"),
            Shape.of(Upload.class),
            this::upload),
        Route.get(
                "/plan",
                Role.ADMIN,
                "Says what installing a source would do; changes nothing.",
                Shape.of(Installer.Plan.class),
                request ->
                    Answer.of(providers.installer().plan(requireSource(request.text("source")))))
            .with(
                Parameter.required(
                    "source", LONGEST, "A feature, or group:artifact[:version] in system/.")),
        Route.post(
            "/jobs",
            Role.ADMIN,
            "Installs, updates, rolls back or uninstalls, by a job.",
            Shape.of(Order.class),
            Shape.of(Jobs.Job.class),
            request -> Answer.accepted(order(request))),
        Route.get(
            "/jobs",
            Role.VIEWER,
            "Lists the last jobs, the newest first.",
            Shape.listOf(Jobs.Job.class),
            request -> Answer.of(jobs.list())),
        Route.get(
                "/jobs/{job}",
                Role.VIEWER,
                "Shows a job.",
                Shape.of(Jobs.Job.class),
                request -> Answer.of(jobs.find(request.text("job"))))
            .with(Parameter.segment("job", "The job's number.")));
  }

  private Answer upload(Request request) {
    String name;
    try {
      name = uploads.add(request.bytes());
    } catch (IOException e) {
      throw new IllegalStateException("The upload was not received (%s).".formatted(e), e);
    }
    try {
      Path file = uploads.file(name);
      return Answer.created(
          new Upload(name, shown(providers.installer().plan(file.toString()), file)));
    } catch (RuntimeException e) {
      Path file = uploads.file(name);
      uploads.remove(name);
      throw new IllegalArgumentException(hidden(String.valueOf(e.getMessage()), file), e);
    }
  }

  /** Where VTL keeps an upload is nobody's business. */
  private static Installer.Plan shown(Installer.Plan plan, Path file) {
    return new Installer.Plan(
        "upload",
        plan.install(),
        plan.update(),
        plan.start(),
        plan.refresh(),
        plan.problems().stream().map(problem -> hidden(problem, file)).toList());
  }

  private Installed shown(Installer.Installed one) {
    String source = one.source().contains(UPLOADS) ? "upload" : one.source();
    return new Installed(
        one.name(), one.version(), source, one.state(), one.reason(), stays(one.name()));
  }

  private Feature shown(Installer.Feature one) {
    return new Feature(
        one.name(),
        one.description(),
        one.installed(),
        one.bundles(),
        one.installed() ? stays(one.name()) : "");
  }

  private String stays(String name) {
    return RemovalRule.refusal(providers.installer(), name);
  }

  private static String hidden(String sentence, Path file) {
    return sentence
        .replace(file.toString(), "The jar that was sent")
        .replace(file.getFileName().toString(), "The jar that was sent");
  }

  private static String requireSource(String source) {
    if (!source.matches(SOURCE) || source.endsWith(".jar") || source.endsWith(".json")) {
      throw new IllegalArgumentException(
          "Source \"%s\" is neither a feature's name nor group:artifact[:version]; send a jar to /uploads instead of naming a file or a URL."
              .formatted(source));
    }
    return source;
  }

  private Jobs.Job order(Request request) {
    Order order = request.body(Order.class);
    Installer installer = providers.installer();
    Optional<Path> jar = order.upload().map(uploads::file);
    Optional<String> source =
        jar.map(Path::toString).or(() -> order.source().map(PackagesResource::requireSource));
    String name = order.name().orElse("");
    Runnable then = () -> order.upload().ifPresent(uploads::remove);
    String target =
        !name.isEmpty() ? name : order.source().orElse(jar.isPresent() ? "an uploaded jar" : "");
    if (target.isEmpty()) {
      throw new IllegalArgumentException(
          "The order lacks what to %s: \"name\", \"source\" or \"upload\"."
              .formatted(order.action()));
    }
    Jobs.Work work =
        switch (order.action()) {
          case "install" -> {
            String from =
                source.orElseThrow(
                    () ->
                        new IllegalArgumentException(
                            "To install something name \"source\" or \"upload\"."));
            yield progress -> kept(order, installer.install(from, progress));
          }
          case "update" -> {
            requireName(name, "update");
            yield progress -> kept(order, installer.update(name, source.orElse(""), progress));
          }
          case "rollback" -> {
            requireName(name, "roll back");
            String before = former.former(name).toString();
            yield progress -> {
              Installer.Outcome outcome = installer.update(name, before, progress);
              former.wentBack(name);
              return outcome;
            };
          }
          case "uninstall" -> {
            requireName(name, "uninstall");
            if (name.chars().allMatch(Character::isDigit)) {
              throw new IllegalArgumentException(
                  "%s is a number; name the bundle by its symbolic name.".formatted(name));
            }
            yield progress -> {
              requireLeaves(name);
              Installer.Outcome outcome = installer.uninstall(name, progress);
              former.forget(name);
              return outcome;
            };
          }
          default ->
              throw new IllegalArgumentException(
                  "Action \"%s\" is unknown; give install, update, rollback or uninstall."
                      .formatted(order.action()));
        };
    return jobs.start(order.action(), target, request.user(), work, then);
  }

  /** Keeps what was sent once it runs, to go back to when the next replaces it. */
  private Installer.Outcome kept(Order order, Installer.Outcome outcome) {
    if (order.upload().isPresent() && outcome.bundles().size() == 1) {
      former.installed(outcome.bundles().getFirst(), uploads.take(order.upload().get()));
    }
    return outcome;
  }

  private static void requireName(String name, String action) {
    if (name.isEmpty()) {
      throw new IllegalArgumentException("To %s something give its \"name\".".formatted(action));
    }
  }

  /** Refuses what would end the console as well, in the words of the lists. */
  private void requireLeaves(String name) {
    String stays = stays(name);
    if (!stays.isEmpty()) {
      throw new IllegalStateException(stays);
    }
  }

  @Override
  public void close() {
    uploads.close();
    former.close();
  }
}
