package org.vtl.port;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A port's name: {@code scheme:target?key=value&key=value}, such as {@code packet:eth1}, {@code
 * tap:vm1} or {@code file:in.pcapng?mode=read}.
 *
 * @param text as it was written
 * @param scheme which provider opens it
 * @param target interface, path or other name
 * @param options in the order written
 */
public record PortAddress(String text, String scheme, String target, Map<String, String> options) {
  public PortAddress {
    options = Map.copyOf(options);
  }

  /**
   * Reads an address.
   *
   * @throws IllegalArgumentException in one sentence, if it is none
   */
  public static PortAddress parse(String text) {
    int colon = text.indexOf(':');
    int query = text.indexOf('?', Math.max(colon, 0));
    String target = colon < 0 ? "" : text.substring(colon + 1, query < 0 ? text.length() : query);
    if (colon <= 0 || target.isEmpty() || !text.substring(0, colon).matches("[a-z][a-z0-9+.-]*")) {
      throw new IllegalArgumentException(
          "Port \""
              + text
              + "\" is not of the form scheme:target, such as packet:eth1, tap:vm1 or"
              + " file:in.pcapng.");
    }
    Map<String, String> options = new LinkedHashMap<>();
    if (query >= 0) {
      for (String option : text.substring(query + 1).split("&")) {
        int equals = option.indexOf('=');
        if (equals <= 0
            || options.put(option.substring(0, equals), option.substring(equals + 1)) != null) {
          throw new IllegalArgumentException(
              "Port \""
                  + text
                  + "\" has the option \""
                  + option
                  + "\", which is not key=value"
                  + " or is there twice.");
        }
      }
    }
    return new PortAddress(text, text.substring(0, colon), target, options);
  }

  /**
   * Refuses options that the scheme does not have.
   *
   * @throws IllegalArgumentException in one sentence, naming the option and those there are
   */
  public void allowOptions(String... known) {
    for (String option : options.keySet()) {
      if (!List.of(known).contains(option)) {
        throw new IllegalArgumentException(
            "Port \""
                + text
                + "\" has the option \""
                + option
                + "\", which scheme "
                + scheme
                + " does not know; "
                + (known.length == 0
                    ? "it has no options."
                    : "its options are " + String.join(", ", known) + "."));
      }
    }
  }

  @Override
  public String toString() {
    return text;
  }
}
