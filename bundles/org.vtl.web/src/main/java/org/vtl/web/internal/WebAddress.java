package org.vtl.web.internal;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.util.Collection;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;
import org.osgi.util.tracker.ServiceTracker;
import org.vtl.web.internal.http.SocketEntrance;
import org.vtl.web.internal.identity.Doorkeeper;

/**
 * Where the console can be reached, as the HTTP service says: told in the log, and with a one-time
 * token while there is no user, once somebody answers there.
 *
 * <p>Framework properties: {@code vtl.web.socket}, the path of a socket that lets in those who have
 * another network; {@code vtl.lab}, {@code true} in a lab. Any thread.
 */
final class WebAddress {
  private static final System.Logger LOG = System.getLogger(WebAddress.class.getName());
  private static final String HTTP = "org.osgi.service.servlet.runtime.HttpServiceRuntime";
  private static final String ENDPOINT = "osgi.http.endpoint";

  private final BundleContext context;
  private final Doorkeeper doorkeeper;
  private final ServiceTracker<Object, Object> http;
  private volatile String root = "";
  private Object endpoint;
  private boolean served;
  private SocketEntrance entrance;

  WebAddress(BundleContext context, Doorkeeper doorkeeper) {
    this.context = context;
    this.doorkeeper = doorkeeper;
    http =
        new ServiceTracker<>(context, HTTP, null) {
          @Override
          public Object addingService(ServiceReference<Object> reference) {
            announce(reference.getProperty(ENDPOINT));
            return reference;
          }

          @Override
          public void modifiedService(ServiceReference<Object> reference, Object service) {
            announce(reference.getProperty(ENDPOINT));
          }
        };
  }

  /** Begins to follow the HTTP service. */
  void open() {
    http.open();
  }

  /** Whoever is told of the address may use it at once: so not before somebody answers there. */
  synchronized void served() {
    served = true;
    announce(endpoint);
  }

  /** The page to log in at; empty while nothing listens. */
  String login() {
    String present = root;
    return present.isEmpty() ? "" : present + "vtl/login";
  }

  /**
   * Where to log in once as administrator, with a new token in place of the one before; empty while
   * nothing listens.
   */
  String firstLogin() {
    String page = login();
    return page.isEmpty() ? "" : page + "#token=" + doorkeeper.firstLogin().renew();
  }

  /** Follows the HTTP service no longer; the socket of {@code vtl.web.socket} is gone. */
  void close() {
    http.close();
    synchronized (this) {
      if (entrance != null) {
        entrance.close();
      }
    }
  }

  private synchronized void announce(Object present) {
    endpoint = present;
    if (!served) {
      return;
    }
    String now =
        switch (present) {
          case null -> "";
          case String one -> one;
          case String[] several when several.length > 0 -> several[0];
          case Collection<?> several when !several.isEmpty() ->
              several.iterator().next().toString();
          default -> "";
        };
    if (now.equals(root)) {
      return;
    }
    root = now;
    if (now.isEmpty()) {
      return;
    }
    openEntrance();
    LOG.log(Level.INFO, "The web console is at {0}.", login());
    if (doorkeeper.users().isEmpty()) {
      System.out.println("The web console has no user yet; log in once at " + firstLogin());
    }
    if (entrance == null && Boolean.parseBoolean(context.getProperty("vtl.lab"))) {
      System.out.println(
          "That is the lab's own loopback, which no browser reaches; \"vtl lab --with web\" starts"
              + " a lab whose console one does.");
    }
  }

  private void openEntrance() {
    String socket = context.getProperty("vtl.web.socket");
    if (socket == null || socket.isEmpty() || entrance != null) {
      return;
    }
    URI uri = URI.create(root);
    try {
      entrance =
          SocketEntrance.open(Path.of(socket), new InetSocketAddress(uri.getHost(), uri.getPort()));
    } catch (IOException e) {
      LOG.log(Level.WARNING, "The socket {0} cannot be opened ({1}).", socket, e);
    }
  }
}
