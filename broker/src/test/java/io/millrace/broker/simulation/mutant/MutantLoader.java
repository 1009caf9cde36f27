package io.millrace.broker.simulation.mutant;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.tools.FileObject;
import javax.tools.ForwardingJavaFileManager;
import javax.tools.JavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/** Loads broker and simulator anew, with one class as a mutant has it. Used by one thread. */
final class MutantLoader extends ClassLoader {
    private static final Path SOURCES = Path.of("src/main/java/io/millrace/broker");
    private static final String OURS = "io.millrace.broker.";

    private final Map<String, byte[]> mutated = new HashMap<>();

    /** Compiles the mutant; fails if its text is not in its file, once. */
    MutantLoader(Mutant mutant) throws IOException {
        super(MutantLoader.class.getClassLoader());
        var source = Files.readString(SOURCES.resolve(mutant.file()));
        int at = source.indexOf(mutant.text());
        if (at < 0 || source.indexOf(mutant.text(), at + 1) >= 0) {
            throw new IllegalStateException("the text of the mutant '" + mutant + "' is not once in "
                    + mutant.file() + ": " + mutant.text());
        }
        compile(mutant.className(), source.replace(mutant.text(), mutant.instead()));
    }

    private void compile(String name, String source) throws IOException {
        var compiler = ToolProvider.getSystemJavaCompiler();
        var messages = new StringWriter();
        var unit = new SimpleJavaFileObject(URI.create("string:///" + name.replace('.', '/') + ".java"),
                JavaFileObject.Kind.SOURCE) {
            @Override
            public CharSequence getCharContent(boolean ignoresErrors) {
                return source;
            }
        };
        var options = List.of("-proc:none", "-nowarn", "-classpath",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")));
        try (var files = new Output(compiler.getStandardFileManager(null, null, null))) {
            if (!compiler.getTask(messages, files, null, options, null, List.of(unit)).call()) {
                throw new IllegalStateException(name + " does not compile as a mutant: " + messages);
            }
        }
    }

    /** Keeps what is compiled in memory. */
    private final class Output extends ForwardingJavaFileManager<StandardJavaFileManager> {
        Output(StandardJavaFileManager files) {
            super(files);
        }

        @Override
        public JavaFileObject getJavaFileForOutput(JavaFileManager.Location location, String name,
                JavaFileObject.Kind kind, FileObject sibling) {
            return new SimpleJavaFileObject(URI.create("memory:///" + name), kind) {
                @Override
                public OutputStream openOutputStream() {
                    return new ByteArrayOutputStream() {
                        @Override
                        public void close() {
                            mutated.put(name, toByteArray());
                        }
                    };
                }
            };
        }
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolves) throws ClassNotFoundException {
        if (!name.startsWith(OURS)) {
            return super.loadClass(name, resolves);
        }
        synchronized (getClassLoadingLock(name)) {
            var loaded = findLoadedClass(name);
            return loaded != null ? loaded : define(name);
        }
    }

    private Class<?> define(String name) throws ClassNotFoundException {
        var bytes = mutated.get(name);
        if (bytes == null) {
            try (var in = getParent().getResourceAsStream(name.replace('.', '/') + ".class")) {
                if (in == null) {
                    throw new ClassNotFoundException(name);
                }
                bytes = in.readAllBytes();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return defineClass(name, bytes, 0, bytes.length);
    }

    /** What goes wrong with a seed; null if nothing does. */
    String run(long seed, long troubleMs) throws ReflectiveOperationException {
        var simulation = loadClass("io.millrace.broker.simulation.Simulation");
        var run = simulation.getDeclaredMethod("run", long.class, long.class);
        run.setAccessible(true);
        try {
            var result = run.invoke(null, seed, troubleMs);
            var failure = result.getClass().getDeclaredMethod("failure");
            failure.setAccessible(true);
            var found = (Throwable) failure.invoke(result);
            return found == null ? null : found.getMessage() == null ? found.toString() : found.getMessage();
        } catch (InvocationTargetException e) {
            return e.getCause().toString();
        }
    }
}
