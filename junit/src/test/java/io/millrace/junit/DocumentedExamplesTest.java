package io.millrace.junit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the documents show as Java compiles, without a warning. */
class DocumentedExamplesTest {
    private static final Path DOCS = Path.of("../docs");
    private static final Pattern EXAMPLE = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);
    private static final Pattern NAME = Pattern.compile("class (\\w+)");
    /** What an example of a test leaves out. */
    private static final String TEST_IMPORTS = """
            import io.millrace.junit.*;
            import io.millrace.producer.*;
            import org.junit.jupiter.api.Test;
            """;

    @TempDir Path root;

    @Test
    void everyExampleCompiles() throws IOException {
        var files = new ArrayList<String>();
        for (var document : List.of("examples.md", "testing.md")) {
            var examples = EXAMPLE.matcher(Files.readString(DOCS.resolve(document)));
            while (examples.find()) {
                files.add(write(examples.group(1)).toString());
            }
        }
        assertThat(files).hasSize(4);
        var words = new StringWriter();
        var options = List.of("-Xlint:all,-processing", "-d", root.toString(), "-cp",
                System.getProperty("java.class.path"));
        var compiler = ToolProvider.getSystemJavaCompiler();
        try (var manager = compiler.getStandardFileManager(null, null, null)) {
            boolean compiles = compiler.getTask(words, manager, null, options, null,
                    manager.getJavaFileObjectsFromStrings(files)).call();
            assertThat(words.toString()).isEmpty();
            assertThat(compiles).isTrue();
        }
    }

    private Path write(String source) throws IOException {
        var name = NAME.matcher(source);
        assertThat(name.find()).as(source).isTrue();
        var whole = source.startsWith("import ") ? source : TEST_IMPORTS + source;
        return Files.writeString(root.resolve(name.group(1) + ".java"), whole);
    }
}
