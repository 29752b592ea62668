package org.vtl.service.tor.internal.command;

import java.io.IOException;
import java.util.List;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.vtl.management.Answer;
import org.vtl.management.ManagementResource;
import org.vtl.management.Parameter;
import org.vtl.management.Role;
import org.vtl.management.Route;
import org.vtl.management.Shape;
import org.vtl.service.tor.internal.StreamInfo;
import org.vtl.service.tor.internal.TorView;
import org.vtl.service.tor.internal.control.Circuit;

/**
 * Tor over the network: what {@code vtl:tor} tells. Where a VM goes is for operators: a viewer sees
 * how Tor fares. It has a page of its own.
 */
@Component(property = ManagementResource.PAGE + "=tor")
public final class TorResource implements ManagementResource {
  private static final int MOST = 100_000;

  private final TorView tor;

  /**
   * A stream.
   *
   * @param connection the connection's number
   * @param link its link
   * @param vm the VM's address and port
   * @param target where it goes
   * @param state open, established, close or error
   * @param circuit Tor's circuits that carry the VM's streams to there; empty if not known
   * @param opened when it was asked for, in UTC (RFC 3339); empty if a version before opened it
   * @param toTor bytes that have gone to Tor
   * @param fromTor bytes that came from Tor
   * @param failure why it failed, in one sentence; empty if it did not
   */
  record StreamRow(
      long connection,
      String link,
      String vm,
      String target,
      String state,
      String circuit,
      String opened,
      long toTor,
      long fromTor,
      String failure) {
    static StreamRow of(StreamInfo one) {
      return new StreamRow(
          one.connection(),
          one.link(),
          one.vm(),
          one.target(),
          one.state(),
          one.circuit(),
          one.opened() == null ? "" : one.opened().toString(),
          one.toTor(),
          one.fromTor(),
          one.failure());
    }
  }

  /**
   * A name that has an address.
   *
   * @param link the link's whose VM asked for it
   * @param name in lower case
   * @param ipv4 the address that stands for it
   * @param ipv6 the other one
   * @param connections how many hold it
   */
  record NameRow(String link, String name, String ipv4, String ipv6, int connections) {
    static NameRow of(TorView.LinkMapping one) {
      return new NameRow(
          one.link(),
          one.mapping().name(),
          one.mapping().ipv4().toString(),
          one.mapping().ipv6().toString(),
          one.mapping().connections());
    }
  }

  /**
   * What was done.
   *
   * @param done in one sentence
   */
  record Done(String done) {}

  @Activate
  public TorResource(@Reference TorView tor) {
    this.tor = tor;
  }

  @Override
  public String title() {
    return "Tor";
  }

  @Override
  public List<Route> routes() {
    Parameter limit = Parameter.number("limit", 100, 1, MOST, "How many at most.");
    return List.of(
        Route.get(
            "/tor",
            Role.VIEWER,
            "Tells how Tor fares, and what is wrong.",
            Shape.of(TorView.TorStatus.class),
            request -> Answer.of(tor.status())),
        Route.get(
                "/tor/streams",
                Role.OPERATOR,
                "Lists the streams there are.",
                Shape.listOf(StreamRow.class),
                request -> streams(tor.streams((int) request.number("limit"))))
            .with(limit),
        Route.get(
                "/tor/failures",
                Role.OPERATOR,
                "Lists the last streams that failed, and why.",
                Shape.listOf(StreamRow.class),
                request -> streams(tor.failed((int) request.number("limit"))))
            .with(limit),
        Route.get(
            "/tor/circuits",
            Role.OPERATOR,
            "Lists Tor's circuits.",
            Shape.listOf(Circuit.class),
            request -> circuits()),
        Route.get(
                "/tor/names",
                Role.OPERATOR,
                "Lists the names that have addresses.",
                Shape.listOf(NameRow.class),
                request ->
                    Answer.of(
                        tor.names((int) request.number("limit")).stream()
                            .map(NameRow::of)
                            .toList()))
            .with(limit),
        Route.post(
            "/tor/identity",
            Role.OPERATOR,
            "Has new streams share no circuit with those before.",
            Shape.NONE,
            Shape.of(Done.class),
            request -> Answer.of(new Done(tor.newIdentity()))));
  }

  private static Answer streams(List<StreamInfo> streams) {
    return Answer.of(streams.stream().map(StreamRow::of).toList());
  }

  private Answer circuits() {
    try {
      return Answer.of(tor.circuits());
    } catch (IOException e) {
      throw new IllegalStateException(e.getMessage(), e);
    }
  }
}
