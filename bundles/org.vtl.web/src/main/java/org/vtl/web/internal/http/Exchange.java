package org.vtl.web.internal.http;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import org.vtl.management.Request;
import org.vtl.management.Role;
import org.vtl.management.Route;
import org.vtl.text.JsonFault;
import org.vtl.text.JsonReader;
import org.vtl.web.internal.identity.Identity;
import org.vtl.web.internal.route.Binding;
import org.vtl.web.internal.route.Values;

/** A request of a known route, by a user who may ask it. For one thread. */
public final class Exchange implements Request {
  private static final long LARGEST_JSON = 1L << 20;

  /** Whoever has not logged in has a name, a password or a token to say, and no more. */
  private static final long LARGEST_OF_NOBODY = 4L << 10;

  private static final long SECONDS_JSON = 30;
  private static final long SECONDS_BYTES = 600;

  private final HttpServletRequest http;
  private final HttpServletResponse response;
  private final Identity identity;
  private final Values values;
  private final long largestBytes;
  private Object body;

  Exchange(
      HttpServletRequest http,
      HttpServletResponse response,
      Identity identity,
      Values values,
      long largestBytes) {
    this.http = http;
    this.response = response;
    this.identity = identity;
    this.values = values;
    this.largestBytes = largestBytes;
  }

  /** What this bundle's own resources know of a request besides. */
  public static Exchange of(Request request) {
    return (Exchange) request;
  }

  /** Reads the body as the route has it; to be called once. */
  void readBody(Route route) throws IOException {
    if (!route.request().isJson()) {
      return;
    }
    long largest = identity.role() == Role.NONE ? LARGEST_OF_NOBODY : LARGEST_JSON;
    byte[] bytes = new Body(http.getInputStream(), largest, SECONDS_JSON).readAllBytes();
    try {
      body = Binding.read(JsonReader.parse(text(bytes)), route.request().type());
    } catch (JsonFault e) {
      throw new IllegalArgumentException(
          "The body, line %d, column %d, is not JSON: %s."
              .formatted(e.line(), e.column(), e.getMessage()),
          e);
    }
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  public Identity identity() {
    return identity;
  }

  /** The address that the request came from. */
  public String source() {
    return http.getRemoteAddr();
  }

  /** Gives the browser a session's cookie. */
  public void open(String cookie) {
    Cookies.write(http, response, cookie);
  }

  /** Takes the cookie from the browser. */
  public void close() {
    Cookies.remove(http, response);
  }

  @Override
  public String user() {
    return identity.user();
  }

  @Override
  public Role role() {
    return identity.role();
  }

  @Override
  public String text(String parameter) {
    return values.text(parameter);
  }

  @Override
  public long number(String parameter) {
    return Long.parseLong(values.text(parameter));
  }

  @Override
  public boolean truth(String parameter) {
    return Boolean.parseBoolean(values.text(parameter));
  }

  @Override
  public <T extends Record> T body(Class<T> type) {
    return type.cast(body);
  }

  @Override
  public InputStream bytes() throws IOException {
    return new Body(http.getInputStream(), largestBytes, SECONDS_BYTES);
  }

  @Override
  public Optional<String> ifMatch() {
    return Optional.ofNullable(http.getHeader("If-Match"))
        .map(tag -> tag.replaceFirst("^W/", "").replaceAll("^\"|\"$", ""));
  }

  /** The values of all parameters, for the record of changes. */
  Map<String, String> parameters() {
    return values.all();
  }
}
