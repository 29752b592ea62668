package org.vtl.metrics.internal;

import jakarta.servlet.Servlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.vtl.metrics.internal.exposition.Format;
import org.vtl.runtime.VtlRuntime;

/** {@code GET /metrics}, for whoever may look at VTL. */
@Component(service = Servlet.class, property = "osgi.http.whiteboard.servlet.pattern=/metrics")
public final class MetricsServlet extends HttpServlet {
  private final transient BundleContext context;

  @Reference(
      cardinality = ReferenceCardinality.OPTIONAL,
      policy = ReferencePolicy.DYNAMIC,
      policyOption = ReferencePolicyOption.GREEDY)
  private transient volatile VtlRuntime runtime;

  @Activate
  public MetricsServlet(BundleContext context) {
    this.context = context;
  }

  @Override
  protected void doGet(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    response.setHeader("Cache-Control", "no-store");
    if (!Viewers.allows(request)) {
      Viewers.refuse(response, "Metrics");
      return;
    }
    Format format = Format.of(request.getHeader("Accept"));
    String version = context.getProperty("vtl.version");
    byte[] body =
        new Metrics(version == null ? "" : version, runtime)
            .text(format)
            .getBytes(StandardCharsets.UTF_8);
    response.setHeader("Vary", "Accept");
    response.setContentType(format.media());
    response.setContentLength(body.length);
    response.getOutputStream().write(body);
  }
}
