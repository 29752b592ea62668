package org.vtl.deploy.internal.configuration;

import java.io.IOException;
import java.math.BigDecimal;
import java.net.URL;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.felix.metatype.AD;
import org.apache.felix.metatype.MetaData;
import org.apache.felix.metatype.MetaDataReader;
import org.apache.felix.metatype.OCD;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.service.metatype.AttributeDefinition;
import org.osgi.service.metatype.MetaTypeInformation;
import org.osgi.service.metatype.MetaTypeService;
import org.osgi.service.metatype.ObjectClassDefinition;
import org.vtl.service.PacketService;

/**
 * What the bundles that are here say of their configurations, OSGi Compendium 8 chapter 105. From
 * any thread.
 */
final class Definitions {
  private static final int ACCESSIBLE =
      Bundle.RESOLVED | Bundle.STARTING | Bundle.ACTIVE | Bundle.STOPPING;

  private static final Map<Integer, Class<?>> SCALARS =
      Map.of(
          AttributeDefinition.STRING, String.class,
          AttributeDefinition.PASSWORD, String.class,
          AttributeDefinition.LONG, Long.class,
          AttributeDefinition.INTEGER, Integer.class,
          AttributeDefinition.SHORT, Short.class,
          AttributeDefinition.BYTE, Byte.class,
          AttributeDefinition.CHARACTER, Character.class,
          AttributeDefinition.DOUBLE, Double.class,
          AttributeDefinition.FLOAT, Float.class,
          AttributeDefinition.BOOLEAN, Boolean.class);

  private final BundleContext context;
  private final MetaTypeService metatypes;

  /** By bundle and its last change, so that an updated bundle is read anew. */
  private final Map<Bundle, Read> read = new ConcurrentHashMap<>();

  private record Read(long lastModified, List<Definition> definitions) {}

  Definitions(BundleContext context, MetaTypeService metatypes) {
    this.context = context;
    this.metatypes = metatypes;
  }

  /** The definition for {@code pid}, with or without {@code ~name}; empty while none is known. */
  Optional<Definition> find(String pid) {
    String base = Pid.factory(pid).orElse(pid);
    return all().stream().filter(definition -> definition.pid().equals(base)).findFirst();
  }

  /** All definitions known now. */
  List<Definition> all() {
    List<Definition> all = new ArrayList<>();
    for (Bundle bundle : context.getBundles()) {
      if ((bundle.getState() & ACCESSIBLE) == 0 || bundle.getBundleId() == 0) {
        read.remove(bundle);
        continue;
      }
      Read known = read.get(bundle);
      if (known == null || known.lastModified() != bundle.getLastModified()) {
        known = new Read(bundle.getLastModified(), read(bundle));
        read.put(bundle, known);
      }
      all.addAll(known.definitions());
    }
    return all;
  }

  private List<Definition> read(Bundle bundle) {
    MetaTypeInformation information = metatypes.getMetaTypeInformation(bundle);
    if (information == null) {
      return List.of();
    }
    String provided = bundle.getHeaders("").get("Provide-Capability");
    boolean service = provided != null && provided.contains(PacketService.class.getName());
    Map<String, Boolean> pids = new LinkedHashMap<>();
    for (String pid : information.getPids()) {
      pids.put(pid, false);
    }
    for (String pid : information.getFactoryPids()) {
      pids.put(pid, true);
    }
    Map<String, AD> ranges = pids.isEmpty() ? Map.of() : ranges(bundle);
    List<Definition> definitions = new ArrayList<>();
    pids.forEach(
        (pid, factory) -> {
          ObjectClassDefinition found = information.getObjectClassDefinition(pid, null);
          if (found != null) {
            definitions.add(Definition.of(pid, factory, keys(found, ranges), service));
          }
        });
    return definitions;
  }

  private static List<KeyDefinition> keys(ObjectClassDefinition found, Map<String, AD> ranges) {
    List<KeyDefinition> keys = new ArrayList<>();
    AttributeDefinition[] attributes = found.getAttributeDefinitions(ObjectClassDefinition.ALL);
    for (AttributeDefinition attribute :
        attributes == null ? new AttributeDefinition[0] : attributes) {
      ValueType.Shape shape =
          attribute.getCardinality() == 0
              ? ValueType.Shape.SINGLE
              : attribute.getCardinality() > 0 ? ValueType.Shape.ARRAY : ValueType.Shape.COLLECTION;
      AD range = ranges.get(found.getID() + "/" + attribute.getID());
      String[] defaults = attribute.getDefaultValue();
      String[] options = attribute.getOptionValues();
      keys.add(
          new KeyDefinition(
              attribute.getID(),
              new ValueType(SCALARS.getOrDefault(attribute.getType(), String.class), shape),
              defaults == null ? "" : String.join(",", defaults),
              Optional.ofNullable(attribute.getDescription()).orElse(""),
              options == null ? List.of() : List.of(options),
              range == null ? null : number(range.getMin()),
              range == null ? null : number(range.getMax())));
    }
    return keys;
  }

  /**
   * Attributes by {@code OCD/key}, read from the bundle's own files: the OSGi interface checks a
   * range but does not tell it, and a sentence has to.
   */
  private static Map<String, AD> ranges(Bundle bundle) {
    Map<String, AD> ranges = new HashMap<>();
    var files = bundle.findEntries("OSGI-INF/metatype", "*.xml", false);
    for (URL file : files == null ? List.<URL>of() : Collections.list(files)) {
      try {
        MetaData data = new MetaDataReader().parse(file);
        if (data != null && data.getObjectClassDefinitions() != null) {
          for (Object value : data.getObjectClassDefinitions().values()) {
            OCD ocd = (OCD) value;
            Map<?, ?> attributes = ocd.getAttributeDefinitions();
            for (Object attribute : attributes == null ? List.of() : attributes.values()) {
              AD range = (AD) attribute;
              ranges.put(ocd.getID() + "/" + range.getID(), range);
            }
          }
        }
      } catch (IOException e) {
        // The framework's own reader has said so already, and knows the file as little.
        System.getLogger(Definitions.class.getName())
            .log(System.Logger.Level.DEBUG, "Metatype " + file + " cannot be read.", e);
      }
    }
    return ranges;
  }

  private static BigDecimal number(String text) {
    try {
      return text == null ? null : new BigDecimal(text.strip());
    } catch (NumberFormatException e) {
      return null;
    }
  }
}
