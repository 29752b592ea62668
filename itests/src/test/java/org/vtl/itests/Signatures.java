package org.vtl.itests;

import java.io.IOException;
import java.lang.classfile.AnnotationValue;
import java.lang.classfile.AttributedElement;
import java.lang.classfile.Attributes;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.FieldModel;
import java.lang.classfile.MethodModel;
import java.lang.classfile.attribute.ConstantValueAttribute;
import java.lang.classfile.attribute.InnerClassInfo;
import java.lang.classfile.constantpool.ClassEntry;
import java.lang.constant.ClassDesc;
import java.lang.reflect.AccessFlag;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What another bundle can see of a package, one line for each type and member.
 *
 * <p>A line begins with the type's name and a colon, so that it stands for itself: two sets of
 * lines differ by exactly what was added and removed.
 */
final class Signatures {
  private static final String OSGI = "org.osgi.annotation.versioning.";

  private Signatures() {}

  /** The lines of the package whose class files lie in {@code folder}. */
  static SortedSet<String> of(Path folder) throws IOException {
    SortedSet<String> lines = new TreeSet<>();
    try (var files = Files.newDirectoryStream(folder, "*.class")) {
      for (Path file : files) {
        ClassModel type = ClassFile.of().parse(file);
        Set<AccessFlag> flags = flags(type);
        if (visible(flags) && !name(type.thisClass()).endsWith(".package-info")) {
          describe(type, flags, lines);
        }
      }
    }
    return lines;
  }

  /** The value of an annotation's only element as text; empty if {@code element} has it not. */
  static String annotation(AttributedElement element, String annotation) {
    return Stream.concat(
            element.findAttribute(Attributes.runtimeInvisibleAnnotations()).stream()
                .flatMap(attribute -> attribute.annotations().stream()),
            element.findAttribute(Attributes.runtimeVisibleAnnotations()).stream()
                .flatMap(attribute -> attribute.annotations().stream()))
        .filter(found -> name(found.classSymbol()).equals(annotation))
        .map(
            found ->
                found.elements().isEmpty()
                    ? "present"
                    : found.elements().getFirst().value() instanceof AnnotationValue.OfString text
                        ? text.stringValue()
                        : "present")
        .findFirst()
        .orElse("");
  }

  private static void describe(ClassModel type, Set<AccessFlag> flags, Set<String> lines) {
    String prefix = name(type.thisClass()) + ": ";
    StringBuilder head = new StringBuilder();
    for (String role : List.of("ProviderType", "ConsumerType")) {
      if (!annotation(type, OSGI + role).isEmpty()) {
        head.append('@').append(role).append(' ');
      }
    }
    // "super" is set in every class, and "synchronized" is the same bit.
    head.append(words(flags, Set.of(AccessFlag.SUPER)));
    head.append(flags.contains(AccessFlag.INTERFACE) ? "" : "class ");
    type.superclass().ifPresent(parent -> head.append("extends ").append(name(parent)));
    if (!type.interfaces().isEmpty()) {
      head.append(" implements ").append(names(type.interfaces()));
    }
    type.findAttribute(Attributes.permittedSubclasses())
        .ifPresent(
            permitted -> head.append(" permits ").append(names(permitted.permittedSubclasses())));
    lines.add(prefix + head + generic(type));
    for (FieldModel field : type.fields()) {
      if (visible(field.flags().flags())) {
        lines.add(prefix + field(field));
      }
    }
    for (MethodModel method : type.methods()) {
      if (visible(method.flags().flags())) {
        lines.add(prefix + method(method));
      }
    }
  }

  private static String field(FieldModel field) {
    return words(field.flags().flags(), Set.of())
        + name(field.fieldTypeSymbol())
        + " "
        + field.fieldName().stringValue()
        + field
            .findAttribute(Attributes.constantValue())
            .map(ConstantValueAttribute::constant)
            .map(constant -> " = " + constant.constantValue())
            .orElse("")
        + generic(field);
  }

  private static String method(MethodModel method) {
    // Of no concern to a caller: how it is written, locked, or declared with "...".
    return words(
            method.flags().flags(),
            Set.of(AccessFlag.SYNCHRONIZED, AccessFlag.NATIVE, AccessFlag.STRICT))
        + name(method.methodTypeSymbol().returnType())
        + " "
        + method.methodName().stringValue()
        + method.methodTypeSymbol().parameterList().stream()
            .map(Signatures::name)
            .collect(Collectors.joining(", ", "(", ")"))
        + method
            .findAttribute(Attributes.exceptions())
            .map(thrown -> " throws " + names(thrown.exceptions()))
            .orElse("")
        + method
            .findAttribute(Attributes.annotationDefault())
            .map(value -> " has a default")
            .orElse("")
        + generic(method);
  }

  /** The generic signature in the class file's notation, where there is one. */
  private static String generic(AttributedElement element) {
    return element
        .findAttribute(Attributes.signature())
        .map(signature -> " <" + signature.signature().stringValue() + ">")
        .orElse("");
  }

  /** Access as it was written: the class file says of a protected nested type that it is public. */
  private static Set<AccessFlag> flags(ClassModel type) {
    return type.findAttribute(Attributes.innerClasses())
        .flatMap(
            nested ->
                nested.classes().stream()
                    .filter(info -> info.innerClass().equals(type.thisClass()))
                    .findFirst())
        .map(InnerClassInfo::flags)
        .orElse(type.flags().flags());
  }

  private static boolean visible(Set<AccessFlag> flags) {
    return (flags.contains(AccessFlag.PUBLIC) || flags.contains(AccessFlag.PROTECTED))
        && !flags.contains(AccessFlag.SYNTHETIC);
  }

  private static String words(Set<AccessFlag> flags, Set<AccessFlag> without) {
    return flags.stream()
        .filter(flag -> !without.contains(flag))
        .sorted()
        .map(flag -> flag.name().toLowerCase() + " ")
        .collect(Collectors.joining());
  }

  private static String names(List<ClassEntry> types) {
    return types.stream().map(Signatures::name).collect(Collectors.joining(", "));
  }

  private static String name(ClassEntry type) {
    return name(type.asSymbol());
  }

  private static String name(ClassDesc type) {
    return type.isArray() || type.isPrimitive() || type.packageName().isEmpty()
        ? type.isArray() ? name(type.componentType()) + "[]" : type.displayName()
        : type.packageName() + "." + type.displayName();
  }
}
