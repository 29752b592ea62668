package org.vtl.bench.peer;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;

/**
 * The web console's first page as a browser has it open: asks what its scripts ask (who is logged
 * in, how VTL is, its links and drops), then follows its events, and looks how VTL is every ten
 * seconds. Says {@code links} for each event with the links' figures.
 */
public final class ConsolePage {
  private static final String API = "/vtl/api/v1";
  private static final long HEALTH_MILLIS = 10_000;

  private final HttpClient client = HttpClient.newHttpClient();
  private final URI origin;
  private String cookie = "";

  private ConsolePage(URI origin) {
    this.origin = origin;
  }

  /**
   * Opens the page, and stays until the process is ended.
   *
   * @param words the console's address, such as {@code http://127.0.0.1:8181}, and a token that
   *     logs in once
   */
  public static void main(String[] words) throws IOException, InterruptedException {
    ConsolePage page = new ConsolePage(URI.create(words[0]));
    page.logIn(words[1]);
    for (String path : List.of("/session", "/status", "/links", "/drops")) {
      page.ask(path);
    }
    Thread.ofPlatform().daemon().start(page::watchHealth);
    page.follow();
  }

  private void logIn(String token) throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(origin.resolve(API + "/session"))
            .header("Origin", origin.toString())
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString("{\"token\":\"" + token + "\"}"))
            .build();
    HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
    check(request, answer.statusCode());
    cookie = answer.headers().firstValue("Set-Cookie").orElse("").split(";")[0];
  }

  private void ask(String path) throws IOException, InterruptedException {
    HttpRequest request = get(path);
    check(request, client.send(request, HttpResponse.BodyHandlers.ofString()).statusCode());
  }

  private void follow() throws IOException, InterruptedException {
    HttpRequest request = get("/events?topics=links,drops");
    HttpResponse<Stream<String>> answer = client.send(request, HttpResponse.BodyHandlers.ofLines());
    check(request, answer.statusCode());
    for (Iterator<String> lines = answer.body().iterator(); lines.hasNext(); ) {
      if (lines.next().equals("event: links")) {
        System.out.println("links");
      }
    }
  }

  private void watchHealth() {
    try {
      while (true) {
        Thread.sleep(HEALTH_MILLIS);
        ask("/status");
      }
    } catch (IOException | InterruptedException e) {
      System.out.println("The console no longer says how VTL is: " + e);
      System.exit(1);
    }
  }

  private HttpRequest get(String path) {
    return HttpRequest.newBuilder(origin.resolve(API + path)).header("Cookie", cookie).build();
  }

  private static void check(HttpRequest request, int status) throws IOException {
    if (status / 100 != 2) {
      throw new IOException(request.uri() + " answered with status " + status + ".");
    }
  }
}
