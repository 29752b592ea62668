package org.vtl.itests.web;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.vtl.text.Json;

/**
 * A page in the browser, used as a person uses it: what is clicked must be visible and on top, and
 * what is waited for is what the page shows.
 */
final class Page {
  private static final Map<String, Integer> KEYS =
      Map.of("Tab", 9, "Enter", 13, "Escape", 27, " ", 32, "ArrowUp", 38, "ArrowDown", 40);
  private static final String HELP = resource("page.js");

  private final Chromium browser;
  private final String session;
  private final List<String> complaints = new CopyOnWriteArrayList<>();

  Page(Chromium browser, String session) {
    this.browser = browser;
    this.session = session;
    browser.listen(session, this::note);
    for (String domain : List.of("Page", "Runtime", "Log", "Network", "DOM")) {
      call(domain + ".enable", Map.of());
    }
    call("Emulation.setScrollbarsHidden", Map.of("hidden", true));
    call("Page.addScriptToEvaluateOnNewDocument", Map.of("source", HELP));
    evaluate(HELP + ";true"); // also of the empty page that is there already
  }

  private static String resource(String name) {
    try (var in = Page.class.getResourceAsStream(name)) {
      return new String(in.readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Map<?, ?> call(String method, Map<String, ?> parameters) {
    return browser.call(session, method, parameters);
  }

  private void note(String event, Map<?, ?> what) {
    if (event.equals("Runtime.consoleAPICalled")
        && List.of("error", "warning", "assert").contains(what.get("type"))) {
      complaints.add("console: " + Json.of(what.get("args")));
    } else if (event.equals("Runtime.exceptionThrown")) {
      complaints.add("exception: " + Json.of(what.get("exceptionDetails")));
    } else if (event.equals("Log.entryAdded")) {
      Map<?, ?> entry = (Map<?, ?>) what.get("entry");
      if (List.of("error", "warning").contains(entry.get("level"))) {
        complaints.add("log: " + entry.get("text") + " " + entry.get("url"));
      }
    }
  }

  /** Errors and warnings in the browser's console since the last call. */
  List<String> complaints() {
    List<String> all = List.copyOf(complaints);
    complaints.removeAll(all);
    return all;
  }

  /** Goes to an address, and waits until {@code expression} holds there. */
  void open(String address, String expression) {
    evaluate("globalThis.vtlBefore = true"); // what holds of the page before says nothing
    Map<?, ?> answer = call("Page.navigate", Map.of("url", address));
    if (answer.get("errorText") != null && !answer.get("errorText").equals("net::ERR_ABORTED")) {
      throw new AssertionError(address + ": " + answer.get("errorText"));
    }
    await("!globalThis.vtlBefore && document.readyState === 'complete' && (" + expression + ")");
  }

  /** What an expression of JavaScript comes to; a promise is waited for. */
  Object evaluate(String expression) {
    Map<String, Object> parameters = new HashMap<>();
    parameters.put("expression", expression);
    parameters.put("returnByValue", true);
    parameters.put("awaitPromise", true);
    Map<?, ?> answer = call("Runtime.evaluate", parameters);
    if (answer.get("exceptionDetails") != null) {
      throw new IllegalStateException(expression + ": " + answer.get("exceptionDetails"));
    }
    return ((Map<?, ?>) answer.get("result")).get("value");
  }

  /** Waits until an expression is true of the page, looking whenever the page changes. */
  void await(String expression) {
    long end = System.nanoTime() + Chromium.PATIENCE_SECONDS * 1_000_000_000;
    RuntimeException last = null;
    while (System.nanoTime() < end) {
      try {
        if (Boolean.TRUE.equals(
            evaluate("vtlTest.until(() => " + expression + ", " + left(end) + ")"))) {
          return;
        }
      } catch (IllegalStateException e) {
        // The page went while it was looked at: there is another one now.
        last = e;
      }
    }
    throw new AssertionError(
        expression
            + " was never true of "
            + evaluate("location.href + '\\n' + document.body.innerText")
            + complaints,
        last);
  }

  private static long left(long end) {
    return Math.max(1, (end - System.nanoTime()) / 1_000_000);
  }

  /** Clicks what a CSS selector, or {@code role=name} such as {@code button=Install}, means. */
  void click(String what) {
    Map<?, ?> at = place(what);
    mouse("mouseMoved", at, 0);
    mouse("mousePressed", at, 1);
    mouse("mouseReleased", at, 1);
  }

  /** Takes a thing with the mouse and lets it go over another, at a share of its height. */
  void drag(String what, String to, double share) {
    Map<?, ?> from = place(what);
    mouse("mouseMoved", from, 0);
    mouse("mousePressed", from, 1);
    Map<?, ?> target = (Map<?, ?>) evaluate("vtlTest.place(" + Json.of(to) + ", " + share + ")");
    double x = number(from.get("x"));
    double y = number(from.get("y"));
    for (int step = 1; step <= 10; step++) {
      double part = step / 10.0;
      mouse(
          "mouseMoved",
          Map.of(
              "x",
              x + (number(target.get("x")) - x) * part,
              "y",
              y + (number(target.get("y")) - y) * part),
          1);
    }
    mouse("mouseReleased", target, 1);
  }

  private static double number(Object value) {
    return ((Number) value).doubleValue();
  }

  private Map<?, ?> place(String what) {
    await("vtlTest.reachable(" + Json.of(what) + ")");
    return (Map<?, ?>) evaluate("vtlTest.middle(" + Json.of(what) + ")");
  }

  private void mouse(String type, Map<?, ?> at, int buttons) {
    Map<String, Object> event = new HashMap<>();
    event.put("type", type);
    event.put("x", at.get("x"));
    event.put("y", at.get("y"));
    event.put("button", type.equals("mouseMoved") && buttons == 0 ? "none" : "left");
    event.put("buttons", buttons);
    event.put("clickCount", 1);
    call("Input.dispatchMouseEvent", event);
  }

  /** Puts text into a field in place of what it has. */
  void fill(String what, String text) {
    await("vtlTest.find(" + Json.of(what) + ")");
    evaluate("vtlTest.focus(" + Json.of(what) + ")");
    call("Input.insertText", Map.of("text", text));
  }

  /** Chooses an option of a list by its value. */
  void choose(String what, String value) {
    await("vtlTest.find(" + Json.of(what) + ")");
    evaluate("vtlTest.choose(" + Json.of(what) + ", " + Json.of(value) + ")");
  }

  /** Puts the focus on something, as keys then go there. */
  void focus(String what) {
    await("vtlTest.find(" + Json.of(what) + ")");
    evaluate("vtlTest.find(" + Json.of(what) + ").focus()");
  }

  /** Presses a key, with {@code Alt} and so on as bits: 1 Alt, 2 Ctrl, 8 Shift. */
  void press(String key, int modifiers) {
    Map<String, Object> event = new HashMap<>();
    event.put("key", key);
    event.put("code", key.equals(" ") ? "Space" : key);
    event.put("windowsVirtualKeyCode", KEYS.getOrDefault(key, 0));
    event.put("modifiers", modifiers);
    if (key.equals("Enter") || key.equals(" ")) {
      event.put("text", key.equals("Enter") ? "\r" : " ");
    }
    event.put("type", "keyDown");
    call("Input.dispatchKeyEvent", event);
    event.remove("text");
    event.put("type", "keyUp");
    call("Input.dispatchKeyEvent", event);
  }

  /** Gives a file to a field for files. */
  void give(String what, Path file) throws IOException {
    await("vtlTest.find(" + Json.of(what) + ")");
    Map<?, ?> answer =
        call("Runtime.evaluate", Map.of("expression", "vtlTest.find(" + Json.of(what) + ")"));
    Object id = ((Map<?, ?>) answer.get("result")).get("objectId");
    // Chromium uploads nothing whose path has "..".
    String path = file.toRealPath().toString();
    call("DOM.setFileInputFiles", Map.of("files", List.of(path), "objectId", id));
  }

  /** Makes the window so wide and high, and light or dark. */
  void look(int width, int height, boolean dark) {
    call(
        "Emulation.setDeviceMetricsOverride",
        Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", width < 600));
    call(
        "Emulation.setEmulatedMedia",
        Map.of(
            "features",
            List.of(
                Map.of("name", "prefers-color-scheme", "value", dark ? "dark" : "light"),
                Map.of("name", "prefers-reduced-motion", "value", "reduce"))));
    await(
        "document.documentElement.clientWidth === "
            + width
            + " && matchMedia('(prefers-color-scheme: dark)').matches === "
            + dark);
  }

  /** What is not as all people need it, a sentence each. */
  List<?> faults() {
    return (List<?>) evaluate("vtlTest.faults()");
  }

  /** Writes a picture of the whole page; of the window alone, while a dialog lies over it. */
  void picture(Path file) throws IOException {
    Map<String, Object> parameters = new HashMap<>();
    parameters.put("format", "png");
    if (!(Boolean) evaluate("!!document.querySelector('dialog[open]')")) {
      // What sticks to the window's edge would stand in the middle of the picture.
      evaluate("vtlTest.unstick()");
      Map<?, ?> size = (Map<?, ?>) call("Page.getLayoutMetrics", Map.of()).get("cssContentSize");
      double height = Math.min(number(size.get("height")), 4_000);
      parameters.put("captureBeyondViewport", true);
      parameters.put(
          "clip", Map.of("x", 0, "y", 0, "width", size.get("width"), "height", height, "scale", 1));
    }
    Object data = call("Page.captureScreenshot", parameters).get("data");
    evaluate("vtlTest.stick()");
    Files.createDirectories(file.getParent());
    Files.write(file, Base64.getDecoder().decode(data.toString()));
  }
}
