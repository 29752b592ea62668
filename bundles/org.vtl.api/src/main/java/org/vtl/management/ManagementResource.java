package org.vtl.management;

import java.util.List;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Something that can be managed over the network. Registered as an OSGi service; the web bundle, if
 * there is one, serves its routes below {@code /vtl/api/v1} as long as it is registered.
 *
 * <pre>{@code
 * @Component
 * public final class Leases implements ManagementResource {
 *   public String title() { return "Leases"; }
 *
 *   public List<Route> routes() {
 *     return List.of(
 *         Route.get("/leases", Role.VIEWER, "Lists the leases.", Shape.listOf(Lease.class),
 *             request -> Answer.of(list())));
 *   }
 * }
 * }</pre>
 *
 * <p>It can bring a page of the web console: with property {@link #PAGE} = {@code leases} the
 * bundle has {@code vtl/pages/leases.html}, which stands within the console's frame, and {@code
 * vtl/pages/leases.js}, a module that fills it from the routes.
 */
@ConsumerType
public interface ManagementResource {
  /** Service property: name of the page for it, of lower-case letters. */
  String PAGE = "vtl.page";

  /** What it is called on a page, in one or two words. */
  String title();

  /**
   * Its routes, always the same ones. A route whose path is taken by another resource is refused,
   * and the log says so.
   */
  List<Route> routes();
}
