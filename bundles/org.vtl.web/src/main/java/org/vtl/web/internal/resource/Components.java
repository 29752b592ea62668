package org.vtl.web.internal.resource;

import java.util.Map;

/** The declarative components that are services of the pipeline: which are off, and the switch. */
public interface Components {
  /**
   * Those that somebody has turned off.
   *
   * @return names of services, by their persistent identities
   */
  Map<String, String> disabled();

  /**
   * Turns a component on or off, until its bundle or VTL starts again.
   *
   * @param name of the component, which is its service's persistent identity
   * @return whether there is such a component
   */
  boolean enable(String name, boolean on);

  /** None at all: where there is no framework. */
  Components NONE =
      new Components() {
        @Override
        public Map<String, String> disabled() {
          return Map.of();
        }

        @Override
        public boolean enable(String name, boolean on) {
          return false;
        }
      };
}
