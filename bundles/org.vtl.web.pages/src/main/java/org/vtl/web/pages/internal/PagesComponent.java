package org.vtl.web.pages.internal;

import jakarta.servlet.Servlet;
import java.lang.System.Logger.Level;
import java.util.Collection;
import java.util.Comparator;
import java.util.Dictionary;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.vtl.management.ManagementResource;

/**
 * Registers VTL's pages with the Felix console, and those of resources that name one by {@link
 * ManagementResource#PAGE}, as long as these are there.
 */
@Component(
    service = {},
    immediate = true)
public final class PagesComponent {
  private static final System.Logger LOG = System.getLogger(PagesComponent.class.getName());
  private static final String CONSOLE = "felix.webconsole.";

  /** VTL's own pages, in the order of the navigation. */
  private static final List<Map.Entry<String, String>> OWN =
      List.of(
          Map.entry("overview", "Overview"),
          Map.entry("pipeline", "Pipeline"),
          Map.entry("connections", "Connections"),
          Map.entry("configuration", "Configuration"),
          Map.entry("packages", "Packages"),
          Map.entry("trace", "Trace"),
          Map.entry("log", "Log"),
          Map.entry("users", "Users"));

  /** Pages of other bundles come behind those of VTL. */
  private static final int OTHERS = 1_000;

  private final BundleContext context;
  private final Map<Page, ServiceRegistration<Servlet>> pages = new ConcurrentHashMap<>();
  private final Map<ServiceReference<?>, Page> contributed = new ConcurrentHashMap<>();
  private final ServiceRegistration<Servlet> files;

  @Activate
  public PagesComponent(BundleContext context) {
    this.context = context;
    for (int i = 0; i < OWN.size(); i++) {
      add(new Page(OWN.get(i).getKey(), OWN.get(i).getValue(), i, context.getBundle()::getEntry));
    }
    Dictionary<String, Object> properties = new Hashtable<>();
    properties.put("osgi.http.whiteboard.servlet.pattern", PageFiles.ROOT + "*");
    files = context.registerService(Servlet.class, new PageFiles(this::all), properties);
  }

  private Collection<Page> all() {
    return pages.keySet().stream()
        .sorted(Comparator.comparingInt(Page::place).thenComparing(Page::title))
        .toList();
  }

  private void add(Page page) {
    Dictionary<String, Object> properties = new Hashtable<>();
    properties.put(CONSOLE + "label", page.label());
    properties.put(CONSOLE + "title", page.title());
    properties.put(CONSOLE + "category", "VTL");
    pages.put(
        page, context.registerService(Servlet.class, new PageServlet(page, this::all), properties));
  }

  @Reference(
      cardinality = ReferenceCardinality.MULTIPLE,
      policy = ReferencePolicy.DYNAMIC,
      target = "(" + ManagementResource.PAGE + "=*)")
  synchronized void bindResource(
      ServiceReference<ManagementResource> reference, ManagementResource resource) {
    Page page =
        new Page(
            String.valueOf(reference.getProperty(ManagementResource.PAGE)),
            resource.title(),
            OTHERS,
            reference.getBundle()::getEntry);
    if (!page.isWhole() || all().stream().anyMatch(other -> other.name().equals(page.name()))) {
      LOG.log(
          Level.WARNING,
          "Page \"{0}\" of {1} is not shown; its name has to be of lower-case letters and not be"
              + " taken, and {2}{0}.html in the bundle.",
          page.name(),
          reference.getBundle().getSymbolicName(),
          Page.FOLDER);
      return;
    }
    contributed.put(reference, page);
    add(page);
  }

  synchronized void unbindResource(ServiceReference<ManagementResource> reference) {
    Page page = contributed.remove(reference);
    if (page != null) {
      pages.remove(page).unregister();
    }
  }

  @Deactivate
  void close() {
    files.unregister();
    pages.values().forEach(ServiceRegistration::unregister);
    pages.clear();
  }
}
