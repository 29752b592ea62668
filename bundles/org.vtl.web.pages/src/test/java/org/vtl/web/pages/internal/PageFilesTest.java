package org.vtl.web.pages.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.MalformedURLException;
import java.net.URI;
import java.net.URL;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Which files of which bundle are served, and which are not. */
class PageFilesTest {
  private static final URL FRAGMENT = url("file:/leases.html");
  private static final URL MODULE = url("file:/leases.js");

  private final Page leases =
      new Page(
          "leases",
          "Leases",
          0,
          Map.of("vtl/pages/leases.html", FRAGMENT, "vtl/pages/leases.js", MODULE)::get);
  private final PageFiles files = new PageFiles(() -> List.of(leases));

  private static URL url(String text) {
    try {
      return URI.create(text).toURL();
    } catch (MalformedURLException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void servesTheLibraryAndTheModulesOfPages() {
    assertNotNull(files.find("/vtl/pages/vtl.css"));
    assertNotNull(files.find("/vtl/pages/uplot/uPlot.iife.min.js"));
    assertEquals(MODULE, files.find("/vtl/pages/leases.js"));
  }

  @Test
  void servesNothingElse() {
    for (String other :
        List.of(
            "/vtl/pages/",
            "/vtl/pages/frame.html",
            "/vtl/pages/leases.html",
            "/vtl/pages/uplot/LICENSE",
            "/vtl/pages/uplot/",
            "/vtl/pages/uplot/../vtl.css",
            "/vtl/pages/../../org/vtl/web/pages/internal/Page.class",
            "/vtl/pages/..%2fvtl.css",
            "/vtl/pages//vtl.css",
            "/vtl/pages/other.js",
            "/elsewhere/vtl.css")) {
      assertNull(files.find(other), other);
    }
  }

  @Test
  void aPageNeedsANameAndAFragment() {
    assertTrue(leases.isWhole());
    assertFalse(new Page("Leases", "", 0, path -> FRAGMENT).isWhole());
    assertFalse(new Page("a/b", "", 0, path -> FRAGMENT).isWhole());
    assertFalse(new Page("leases", "", 0, path -> null).isWhole());
  }
}
