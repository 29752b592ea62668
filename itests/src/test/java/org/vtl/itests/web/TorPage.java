package org.vtl.itests.web;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The page of Tor while Tor works, in a browser; what was to be seen stays in {@code pages}. */
public final class TorPage {
  private static final Path PICTURES =
      Path.of(System.getProperty("vtl.root")).resolve("itests/target/pages");

  private TorPage() {}

  /**
   * Looks at the page, wide, dark and narrow.
   *
   * @param folder an empty one, for the browser
   * @param shown an expression of JavaScript that is true when all is there
   */
  public static void look(WebLab web, Path folder, String shown) throws Exception {
    try (Chromium browser = Chromium.start(folder)) {
      Page page = browser.page();
      page.look(1280, 900, false);
      page.open(web.origin() + "/vtl/login#token=" + web.token(), "vtlTest.find('#new-user')");
      page.fill("field=Your name", "ann");
      page.fill("field=A password of ten characters or more", "correct horse");
      page.click("button=Make this administrator");
      page.await("location.pathname.endsWith('/vtl-overview')");
      page.open(web.origin() + "/system/console/vtl-tor", "document.querySelector('main h1')");
      page.await(shown);
      List<String> faults = new ArrayList<>();
      look(page, "light", 1280, 900, false, faults);
      look(page, "dark", 1280, 900, true, faults);
      look(page, "phone", 390, 844, false, faults);
      assertEquals(List.of(), faults);
    }
  }

  private static void look(
      Page page, String how, int width, int height, boolean dark, List<String> faults)
      throws Exception {
    page.look(width, height, dark);
    page.picture(PICTURES.resolve("tor-works-" + how + ".png"));
    page.faults().forEach(fault -> faults.add(how + ": " + fault));
    page.complaints().forEach(each -> faults.add(how + ": " + each));
  }
}
