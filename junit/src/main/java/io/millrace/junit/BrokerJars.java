package io.millrace.junit;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarFile;

/**
 * The part of this JVM's class path that a broker needs, and the JVM options that its manifest asks for. Immutable.
 * Without the rest of the class path every project on this machine starts the same broker, so that an archive of its
 * classes serves them all.
 */
record BrokerJars(List<Path> classPath, List<String> options) {
    private static final String BROKER = "millrace-broker-";
    private static final String OWN = "millrace-junit-";
    private static final List<String> WITHOUT_MANIFEST = List.of(
            "--add-opens=java.base/java.lang.reflect=ALL-UNNAMED",
            "--add-opens=java.base/java.nio=ALL-UNNAMED",
            "--add-opens=java.base/jdk.internal.misc=ALL-UNNAMED",
            "--add-exports=java.base/sun.nio.ch=ALL-UNNAMED",
            "--add-exports=java.base/jdk.internal.ref=ALL-UNNAMED",
            "--enable-native-access=ALL-UNNAMED");

    static BrokerJars find() {
        var all = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .map(Path::of).filter(Files::exists).toList();
        for (var path : all) {
            if (isJar(path, BROKER)) {
                return of(path, all);
            }
        }
        return new BrokerJars(all, WITHOUT_MANIFEST); // classes that were just compiled
    }

    private static boolean isJar(Path path, String prefix) {
        var name = path.getFileName().toString();
        return name.startsWith(prefix) && name.endsWith(".jar");
    }

    private static BrokerJars of(Path broker, List<Path> all) {
        var attributes = manifestOf(broker);
        var needed = new HashSet<>(words(attributes.getValue(Attributes.Name.CLASS_PATH)));
        var classPath = new ArrayList<>(List.of(broker));
        all.stream().filter(path -> needed.contains(path.getFileName().toString())).forEach(classPath::add);
        all.stream().filter(path -> isJar(path, OWN) || isOwnFolder(path)).forEach(classPath::add);
        var options = new ArrayList<String>();
        words(attributes.getValue("Add-Opens"))
                .forEach(name -> options.add("--add-opens=" + name + "=ALL-UNNAMED"));
        words(attributes.getValue("Add-Exports"))
                .forEach(name -> options.add("--add-exports=" + name + "=ALL-UNNAMED"));
        words(attributes.getValue("Enable-Native-Access"))
                .forEach(name -> options.add("--enable-native-access=" + name));
        return new BrokerJars(List.copyOf(classPath), List.copyOf(options));
    }

    private static boolean isOwnFolder(Path path) {
        return Files.exists(path.resolve(ChildMain.class.getName().replace('.', '/') + ".class"));
    }

    private static Attributes manifestOf(Path jar) {
        try (var file = new JarFile(jar.toFile())) {
            return file.getManifest().getMainAttributes();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + jar, e);
        }
    }

    private static List<String> words(String value) {
        return value == null ? List.of() : List.of(value.strip().split("\\s+"));
    }

    /** Whether the JVM can keep an archive of the classes: it takes them from jars only. */
    boolean areAllJars() {
        return classPath.stream().allMatch(Files::isRegularFile);
    }

    String joined() {
        return String.join(File.pathSeparator, classPath.stream().map(Path::toString).toList());
    }
}
