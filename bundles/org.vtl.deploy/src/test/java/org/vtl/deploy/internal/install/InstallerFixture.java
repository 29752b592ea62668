package org.vtl.deploy.internal.install;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.service.component.runtime.ServiceComponentRuntime;
import org.osgi.service.metatype.MetaTypeService;
import org.vtl.deploy.internal.Home;
import org.vtl.deploy.internal.TestBundle;
import org.vtl.deploy.internal.TestFramework;
import org.vtl.deploy.internal.configuration.ConfigurationComponent;
import org.vtl.deploy.internal.install.bundles.Fails;
import org.vtl.deploy.internal.install.bundles.Works;
import org.vtl.runtime.Installer;
import org.vtl.runtime.ServiceInfo;
import org.vtl.runtime.VtlRuntime;

/** A framework with an installer in it. */
abstract class InstallerFixture {
  @TempDir Path folder;
  TestFramework framework;
  BundleContext context;
  Home home;
  ConfigurationComponent configurations;
  BundleInstaller installer;

  @BeforeEach
  void start() throws Exception {
    framework = new TestFramework(folder);
    context = framework.install(new TestBundle("org.vtl.deploy", "0.1")).getBundleContext();
    home = Home.of(context);
    for (Path path : List.of(home.etc(), home.deploy(), home.features(), home.system())) {
      Files.createDirectories(path);
    }
    configurations =
        new ConfigurationComponent(
            context,
            framework.service(ConfigurationAdmin.class),
            framework.service(MetaTypeService.class),
            framework.service(ServiceComponentRuntime.class));
    installer = open();
  }

  BundleInstaller open() throws Exception {
    return new BundleInstaller(
        context,
        framework.service(ServiceComponentRuntime.class),
        configurations,
        home,
        Duration.ofSeconds(5));
  }

  @AfterEach
  void stop() throws Exception {
    configurations.deactivate();
    framework.close();
  }

  /** A bundle whose component registers a Runnable with the property {@code made}. */
  static TestBundle service(String name, String version) {
    return new TestBundle(name, version)
        .component(
            Works.class,
            "",
            """
            <property name="made" value="%s"/><property name="vtl.name" type="String" value="%s"/>
            <service><provide interface="java.lang.Runnable"/></service>
            """
                .formatted(version, name));
  }

  /** The same, but it fails. */
  static TestBundle failing(String name, String version) {
    return new TestBundle(name, version)
        .component(
            Fails.class, "", "<service><provide interface=\"java.lang.Runnable\"/></service>");
  }

  /** The same, but {@link #engine} refuses it. */
  static TestBundle refused(String name, String version) {
    return new TestBundle(name, version)
        .component(
            Works.class,
            "",
            """
            <property name="vtl.name" type="String" value="%s"/>
            <property name="vtl.protocols" type="String" value="none"/>
            <service><provide interface="java.lang.Runnable"/></service>
            """
                .formatted(name));
  }

  /** An engine that refuses what has the property {@code vtl.protocols}, and tells so. */
  void engine() {
    BundleContext system = framework.context();
    InvocationHandler answers =
        (proxy, method, arguments) -> {
          List<ServiceInfo> services = new ArrayList<>();
          ServiceReference<?>[] found =
              system.getAllServiceReferences("java.lang.Runnable", "(vtl.protocols=*)");
          for (ServiceReference<?> one : found == null ? new ServiceReference<?>[0] : found) {
            services.add(refusal(one));
          }
          return services;
        };
    system.registerService(
        VtlRuntime.class,
        (VtlRuntime)
            Proxy.newProxyInstance(
                VtlRuntime.class.getClassLoader(), new Class<?>[] {VtlRuntime.class}, answers),
        null);
  }

  private static ServiceInfo refusal(ServiceReference<?> service) {
    String reason =
        "Service %s asks for the protocol \"none\"; vtl.protocols knows TCP."
            .formatted(service.getProperty("vtl.name"));
    Bundle bundle = service.getBundle();
    return new ServiceInfo(
        Works.class.getName(),
        "REFUSED",
        reason,
        0,
        List.of(),
        List.of(),
        List.of(),
        bundle.getSymbolicName() + " " + bundle.getVersion(),
        "",
        0,
        0,
        0,
        0,
        0,
        0,
        List.of());
  }

  Path jar(TestBundle bundle, String file) throws IOException {
    return bundle.write(folder.resolve("jars").resolve(file));
  }

  /** Puts a bundle into {@code system/} as {@code test:NAME:VERSION}. */
  void system(TestBundle bundle, String version) throws IOException {
    bundle.write(
        home.system()
            .resolve("test")
            .resolve(bundle.name())
            .resolve(version)
            .resolve(bundle.name() + "-" + version + ".jar"));
  }

  Installer.Outcome install(TestBundle bundle) throws IOException {
    return installer.install(jar(bundle, bundle.name() + ".jar").toString(), progress -> {});
  }

  String refusal(TestBundle bundle) {
    return assertThrows(IllegalStateException.class, () -> install(bundle)).getMessage();
  }

  Optional<Bundle> bundle(String name) {
    return Arrays.stream(framework.context().getBundles())
        .filter(bundle -> name.equals(bundle.getSymbolicName()))
        .reduce(
            (a, b) -> {
              throw new AssertionError("twice: " + a + ", " + b);
            });
  }

  /**
   * Asserts that a bundle is there once, active, with that version; an empty one that it is not.
   */
  void assertRuns(String name, String version) {
    if (version.isEmpty()) {
      assertEquals(Optional.empty(), bundle(name));
      return;
    }
    Bundle found = bundle(name).orElseThrow(() -> new AssertionError(name + " is not there"));
    assertEquals(version, found.getVersion().toString());
    assertEquals(Bundle.ACTIVE, found.getState());
  }

  /** The property {@code made} of the services that there are, sorted. */
  List<String> made() throws Exception {
    ServiceReference<?>[] found =
        framework.context().getAllServiceReferences("java.lang.Runnable", "(made=*)");
    return found == null
        ? List.of()
        : Arrays.stream(found)
            .map(service -> (String) service.getProperty("made"))
            .sorted()
            .toList();
  }
}
