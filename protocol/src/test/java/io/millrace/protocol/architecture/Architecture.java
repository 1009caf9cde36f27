package io.millrace.protocol.architecture;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * The packages of one module, lowest first, and the libraries that only some of them may name. Immutable once built.
 * It reads source text, so it sees imports and qualified names, but not what a type that is passed along may reach.
 */
public final class Architecture {
    private static final int MAX_LINES = 400;
    private static final int MAX_FILES = 20;
    private static final Pattern DECLARATION = Pattern
            .compile("\\b(?:class|interface|record|enum) ([A-Z]\\w*)");
    private static final Pattern EMPTY_NAME = Pattern.compile(
            "(?:^|(?<=[a-z0-9]))(Manager|Helper|Utils?|Impl|Base|Common)(?=[A-Z]|$)");
    private static final Set<String> DRAWERS = Set.of(
            "util", "utils", "common", "internal", "internals", "impl", "base", "manager", "helper", "misc");

    private final String module;
    private final List<String> bottomUp;
    private final Pattern ownName;
    private final Map<Pattern, List<String>> confined = new LinkedHashMap<>();

    private Architecture(String module, List<String> bottomUp) {
        this.module = module;
        this.bottomUp = bottomUp;
        this.ownName = Pattern.compile("\\b" + Pattern.quote(module) + "\\.((?:[a-z][a-z0-9]*\\.)*)[A-Z*]");
    }

    /** Packages are relative to the module's own; the empty name is the module's package itself. */
    public static Architecture of(String module, String... packagesBottomUp) {
        return new Architecture(module, List.of(packagesBottomUp));
    }

    /** Names that match the expression may stand in these packages only; in none if the list is empty. */
    public Architecture confine(String nameExpression, String... packages) {
        confined.put(Pattern.compile("\\b" + nameExpression), List.of(packages));
        return this;
    }

    /** One line for each breach, in the order of the packages' names; empty if the sources keep to the rules. */
    public List<String> violations(Path sources) {
        var breaches = new ArrayList<String>();
        filesByPackage(sources).forEach((name, files) -> checkPackage(name, files, breaches));
        return breaches;
    }

    private Map<String, List<Path>> filesByPackage(Path sources) {
        var byPackage = new TreeMap<String, List<Path>>();
        if (!Files.exists(sources)) return byPackage;
        try (var tree = Files.walk(sources)) {
            tree.filter(file -> file.toString().endsWith(".java")).sorted().forEach(file -> {
                var qualified = sources.relativize(file.getParent()).toString().replace('\\', '/')
                        .replace('/', '.');
                byPackage.computeIfAbsent(qualified, absent -> new ArrayList<>()).add(file);
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return byPackage;
    }

    private void checkPackage(String qualified, List<Path> files, List<String> breaches) {
        if (!(qualified + ".").startsWith(module + ".")) {
            breaches.add(qualified + ": outside " + module);
            return;
        }
        var name = qualified.equals(module) ? "" : qualified.substring(module.length() + 1);
        int level = bottomUp.indexOf(name);
        if (level < 0) breaches.add(qualified + ": package is not listed in the architecture test");
        for (var word : name.split("\\.")) {
            if (DRAWERS.contains(word))
                breaches.add(qualified + ": '" + word + "' names a drawer, not an idea");
        }
        if (files.stream().noneMatch(file -> file.endsWith("package-info.java"))) {
            breaches.add(qualified + ": no package-info.java");
        }
        long types = files.stream().filter(file -> !file.endsWith("package-info.java")).count();
        if (types > MAX_FILES) breaches.add(qualified + ": " + types + " files, at most " + MAX_FILES);
        for (var file : files) {
            checkFile(qualified + "/" + file.getFileName(), name, level, lines(file), breaches);
        }
    }

    private void checkFile(String file, String name, int level, List<String> lines, List<String> breaches) {
        if (lines.size() > MAX_LINES)
            breaches.add(file + ": " + lines.size() + " lines, at most " + MAX_LINES);
        for (int i = 0; i < lines.size(); i++) {
            var line = lines.get(i);
            if (isComment(line)) continue;
            var place = file + ":" + (i + 1);
            if (level >= 0) checkDirection(place, level, line, breaches);
            checkConfined(place, name, line, breaches);
            checkNames(place, line, breaches);
        }
    }

    private void checkDirection(String place, int level, String line, List<String> breaches) {
        var names = ownName.matcher(line);
        while (names.find()) {
            var prefix = names.group(1);
            var target = prefix.isEmpty() ? "" : prefix.substring(0, prefix.length() - 1);
            if (bottomUp.indexOf(target) > level) {
                breaches.add(place + ": upward to " + (target.isEmpty() ? module : target));
            }
        }
    }

    private void checkConfined(String place, String name, String line, List<String> breaches) {
        confined.forEach((library, packages) -> {
            if (!packages.contains(name) && library.matcher(line).find()) {
                breaches.add(place + ": " + line.strip() + " belongs in "
                        + (packages.isEmpty() ? "no package" : packages));
            }
        });
    }

    private static void checkNames(String place, String line, List<String> breaches) {
        var declarations = DECLARATION.matcher(line);
        while (declarations.find()) {
            var type = declarations.group(1);
            var empty = EMPTY_NAME.matcher(type);
            if (empty.find()) breaches.add(place + ": " + type + ": '" + empty.group(1) + "' says nothing");
        }
    }

    private static boolean isComment(String line) {
        var text = line.stripLeading();
        return text.startsWith("//") || text.startsWith("/*") || text.startsWith("*");
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
