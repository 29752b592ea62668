package org.vtl.web.internal.live;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.vtl.management.Request;
import org.vtl.text.Json;
import org.vtl.web.internal.Providers;
import org.vtl.web.internal.http.Exchange;
import org.vtl.web.internal.identity.Doorkeeper;

/** Sends a viewer's events over HTTP (HTML, section 9.2), each from a virtual thread of its own. */
public final class EventStream {
  public static final String MEDIA = "text/event-stream";

  /** Seconds of silence after which something is sent, so that a dead viewer is found. */
  private static final int SILENCE = 10;

  private final Hub hub;
  private final Doorkeeper doorkeeper;
  private final Providers providers;

  public EventStream(Hub hub, Doorkeeper doorkeeper, Providers providers) {
    this.hub = hub;
    this.doorkeeper = doorkeeper;
    this.providers = providers;
  }

  /**
   * Serves a viewer until it goes away; returns at once.
   *
   * @throws IllegalArgumentException in one sentence, if a topic is unknown or the filter is none
   */
  public void serve(Exchange exchange, HttpServletRequest http, HttpServletResponse response)
      throws IOException {
    Set<String> topics = topics(exchange);
    String filter = exchange.text("filter");
    if (topics.contains("trace")) {
      // The filter's faults are told now, in an answer that is not a stream yet.
      providers.runtime().trace(filter, 1, any -> {}).close();
    }
    Viewer viewer = new Viewer(exchange.identity(), topics, filter);
    hub.add(viewer);
    response.setContentType(MEDIA);
    response.setCharacterEncoding("UTF-8");
    response.setHeader("Cache-Control", "no-store");
    AsyncContext async = http.startAsync();
    async.setTimeout(0);
    Thread.ofVirtual().name("vtl-web-viewer").start(() -> send(viewer, async));
  }

  private static Set<String> topics(Request request) {
    Set<String> topics = new TreeSet<>(List.of(request.text("topics").split(",")));
    for (String topic : topics) {
      if (!Hub.TOPICS.contains(topic)) {
        throw new IllegalArgumentException(
            "Topic \"%s\" is unknown; there are %s."
                .formatted(topic, String.join(", ", Hub.TOPICS)));
      }
    }
    return topics;
  }

  private void send(Viewer viewer, AsyncContext async) {
    try {
      OutputStream out = async.getResponse().getOutputStream();
      write(out, "retry: 3000\n\n");
      int silent = 0;
      while (viewer.end() == null) {
        String event = viewer.next();
        if (event != null) {
          write(out, event);
          silent = 0;
        } else if (++silent % SILENCE == 0) {
          write(out, ": still here\n\n");
        }
        if (!doorkeeper.isStill(viewer.identity())) {
          viewer.close("The login is over; log in again.");
        }
      }
      write(out, "event: end\ndata: " + Json.of(Map.of("reason", viewer.end())) + "\n\n");
    } catch (IOException | IllegalStateException e) {
      viewer.close("The viewer went away.");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      hub.remove(viewer);
      async.complete();
    }
  }

  private static void write(OutputStream out, String text) throws IOException {
    out.write(text.getBytes(StandardCharsets.UTF_8));
    out.flush();
  }
}
