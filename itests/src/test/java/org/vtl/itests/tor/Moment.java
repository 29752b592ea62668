package org.vtl.itests.tor;

/** What happens to Tor, to the services or to VTL while a guest sends. */
enum Moment {
  BEFORE_TOR_IS_READY("not ready"),
  RUNNING("running"),
  TOR_KILLED("tor killed"),
  BUNDLE_REPLACED("replaced"),
  UNINSTALLED("removed"),
  VTL_KILLED("vtl killed"),
  CONFIGURATION_RELOADED("reloaded"),
  LINK_FLAPPING("flapping");

  private final String title;

  Moment(String title) {
    this.title = title;
  }

  /** As a table calls it. */
  String title() {
    return title;
  }
}
