package org.vtl.itests.web;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.vtl.text.Json;
import org.vtl.text.JsonFault;
import org.vtl.text.JsonReader;

/**
 * Debian's browser without a screen, driven by the DevTools protocol, as its own developers drive
 * it: keys and clicks go the way that those of a person go.
 */
final class Chromium implements AutoCloseable {
  static final long PATIENCE_SECONDS = 20;

  private static final Pattern LISTENING = Pattern.compile("DevTools listening on (ws://.*)");
  private static final List<String> WORDS =
      List.of(
          "chromium",
          "--headless=new",
          "--no-sandbox", // the tests' user is root
          "--disable-gpu",
          "--disable-dev-shm-usage",
          "--disable-background-networking",
          "--disable-component-update",
          "--disable-sync",
          "--no-first-run",
          "--no-default-browser-check",
          "--force-color-profile=srgb",
          "--lang=en-US",
          "--remote-debugging-port=0");

  private final Process process;
  private final WebSocket socket;
  private final AtomicInteger numbers = new AtomicInteger();
  private final Map<Long, CompletableFuture<Map<?, ?>>> asked = new ConcurrentHashMap<>();
  private final List<BiConsumer<String, Map<?, ?>>> listeners = new CopyOnWriteArrayList<>();

  private Chromium(Process process, String address) {
    this.process = process;
    socket =
        HttpClient.newHttpClient()
            .newWebSocketBuilder()
            .buildAsync(URI.create(address), new Ear())
            .join();
  }

  /** Starts it with a profile of its own in {@code folder}. */
  static Chromium start(Path folder) throws IOException {
    List<String> words = new ArrayList<>(WORDS);
    words.add("--user-data-dir=" + folder.resolve("profile"));
    words.add("about:blank");
    ProcessBuilder builder =
        new ProcessBuilder(words).redirectOutput(folder.resolve("out").toFile());
    builder.environment().put("TMPDIR", folder.toString());
    Process process = builder.start();
    BufferedReader errors = process.errorReader();
    List<String> said = new ArrayList<>();
    for (String line = errors.readLine(); line != null; line = errors.readLine()) {
      said.add(line);
      Matcher listening = LISTENING.matcher(line);
      if (listening.matches()) {
        // A process that nobody listens to stands still when its pipe is full.
        Thread.ofPlatform().daemon().start(() -> errors.lines().forEach(said::add));
        return new Chromium(process, listening.group(1));
      }
    }
    throw new IOException("Chromium did not start: " + String.join("\n", said));
  }

  /** A new page, as of a new tab. */
  Page page() {
    return attach(Map.of("url", "about:blank"));
  }

  /** A page of somebody else: it has none of the others' cookies. */
  Page pageOfAnother() {
    Object other = call("", "Target.createBrowserContext", Map.of()).get("browserContextId");
    return attach(Map.of("url", "about:blank", "browserContextId", other));
  }

  private Page attach(Map<String, ?> parameters) {
    Object target = call("", "Target.createTarget", parameters).get("targetId");
    Map<?, ?> attached =
        call("", "Target.attachToTarget", Map.of("targetId", target, "flatten", true));
    return new Page(this, attached.get("sessionId").toString());
  }

  /** What {@code action} has the browser download, once it is there whole. */
  Path download(Path folder, Runnable action) {
    CompletableFuture<Path> done = new CompletableFuture<>();
    Map<Object, Object> names = new ConcurrentHashMap<>();
    listen(
        "",
        (event, what) -> {
          if (event.equals("Browser.downloadWillBegin")) {
            names.put(what.get("guid"), what.get("suggestedFilename"));
          } else if (event.equals("Browser.downloadProgress")
              && "completed".equals(what.get("state"))) {
            done.complete(folder.resolve(names.get(what.get("guid")).toString()));
          }
        });
    call(
        "",
        "Browser.setDownloadBehavior",
        Map.of("behavior", "allow", "downloadPath", folder.toString(), "eventsEnabled", true));
    action.run();
    return done.orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join();
  }

  /** {@code listener} is told of each event of {@code session}; of the browser's if it is empty. */
  void listen(String session, BiConsumer<String, Map<?, ?>> listener) {
    listeners.add(
        (from, event) -> {
          if (from.equals(session)) {
            listener.accept(event.get("method").toString(), (Map<?, ?>) event.get("params"));
          }
        });
  }

  /** Asks, and waits for the answer. */
  Map<?, ?> call(String session, String method, Map<String, ?> parameters) {
    long number = numbers.incrementAndGet();
    CompletableFuture<Map<?, ?>> answer = new CompletableFuture<>();
    asked.put(number, answer);
    Map<String, Object> message = new java.util.LinkedHashMap<>();
    message.put("id", number);
    message.put("method", method);
    message.put("params", parameters);
    if (!session.isEmpty()) {
      message.put("sessionId", session);
    }
    synchronized (socket) {
      socket.sendText(Json.of(message), true).join();
    }
    Map<?, ?> reply = answer.orTimeout(3 * PATIENCE_SECONDS, TimeUnit.SECONDS).join();
    if (reply.get("error") != null) {
      throw new IllegalStateException(method + ": " + reply.get("error"));
    }
    return (Map<?, ?>) reply.get("result");
  }

  private void hear(String text) {
    Map<?, ?> message;
    try {
      message = (Map<?, ?>) JsonReader.parse(text);
    } catch (JsonFault e) {
      throw new IllegalStateException(text, e);
    }
    if (message.get("id") instanceof Long number) {
      asked.remove(number).complete(message);
    } else {
      Object session = message.get("sessionId");
      listeners.forEach(one -> one.accept(session == null ? "" : session.toString(), message));
    }
  }

  /** Puts messages together that come in parts. */
  private final class Ear implements WebSocket.Listener {
    private final StringBuilder text = new StringBuilder();

    @Override
    public CompletionStage<?> onText(WebSocket from, CharSequence part, boolean last) {
      text.append(part);
      if (last) {
        String whole = text.toString();
        text.setLength(0);
        hear(whole);
      }
      from.request(1);
      return null;
    }

    @Override
    public void onError(WebSocket from, Throwable error) {
      asked.values().forEach(one -> one.completeExceptionally(error));
    }
  }

  @Override
  public void close() {
    socket.abort();
    // All of them, or one still writes into the folder while it is removed.
    List<ProcessHandle> all = new ArrayList<>(process.descendants().toList());
    all.add(process.toHandle());
    all.forEach(ProcessHandle::destroyForcibly);
    all.forEach(one -> one.onExit().join());
  }
}
