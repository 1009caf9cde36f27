package io.millrace.protocol.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ArchitectureCheckTest {
    private final Architecture architecture = Architecture.of("app", "low", "high.deep", "high", "")
            .confine("org\\.vendor\\.", "low")
            .confine("org\\.banned\\.(?!fine\\.)");
    @TempDir Path sources;

    @BeforeEach
    void givenAModuleThatKeepsTheRules() throws IOException {
        for (var name : new String[] {"app", "app.low", "app.high", "app.high.deep"}) {
            write(name, "package-info", "/** Sample. */\npackage " + name + ";\n");
        }
        write("app.high", "Downward",
                "import app.low.Floor;\nimport app.high.deep.Cellar;\nclass Downward {}\n");
        write("app.low", "Floor", "import org.vendor.Disk;\nimport org.banned.fine.Map;\n"
                + "/** See {@link app.high.Downward}. */\nclass Floor {}\n");
    }

    @Test
    void acceptsDownwardImportsAndNamesInComments() {
        assertThat(architecture.violations(sources)).isEmpty();
    }

    @Test
    void rejectsAnUpwardImport() throws IOException {
        write("app.low", "Rising", "import app.high.Downward;\nclass Rising {}\n");
        assertThat(architecture.violations(sources)).containsExactly("app.low/Rising.java:1: upward to high");
    }

    @Test
    void rejectsUpwardStaticAndStarImportsAndQualifiedNames() throws IOException {
        write("app.low", "Rising", "import static app.high.Downward.x;\nimport app.high.deep.*;\n"
                + "class Rising { app.Root root; }\n");
        assertThat(architecture.violations(sources)).containsExactly(
                "app.low/Rising.java:1: upward to high",
                "app.low/Rising.java:2: upward to high.deep",
                "app.low/Rising.java:3: upward to app");
    }

    @Test
    void rejectsAnUnlistedPackageAndOneWithoutDescription() throws IOException {
        write("app.side", "Extra", "class Extra {}\n");
        assertThat(architecture.violations(sources)).containsExactly(
                "app.side: package is not listed in the architecture test", "app.side: no package-info.java");
    }

    @Test
    void rejectsAPackageOutsideTheModule() throws IOException {
        write("application", "Stray", "class Stray {}\n");
        assertThat(architecture.violations(sources)).containsExactly("application: outside app");
    }

    @Test
    void rejectsALibraryOutsideItsPackage() throws IOException {
        write("app.high", "Leak", "import org.vendor.Disk;\nimport org.banned.Thing;\nclass Leak {}\n");
        assertThat(architecture.violations(sources)).containsExactly(
                "app.high/Leak.java:1: import org.vendor.Disk; belongs in [low]",
                "app.high/Leak.java:2: import org.banned.Thing; belongs in no package");
    }

    @Test
    void rejectsNamesThatSayNothingAlsoOfNestedTypes() throws IOException {
        write("app.high", "GroupManager",
                "class GroupManager {\n    record PathUtils() {}\n    enum Database {}\n}\n");
        assertThat(architecture.violations(sources)).containsExactly(
                "app.high/GroupManager.java:1: GroupManager: 'Manager' says nothing",
                "app.high/GroupManager.java:2: PathUtils: 'Utils' says nothing");
    }

    @Test
    void rejectsALongFileAndACrowdedPackage() throws IOException {
        write("app.high", "Long", "class Long {}\n" + "\n".repeat(400));
        for (int i = 0; i < 20; i++) {
            write("app.low", "Part" + i, "class Part" + i + " {}\n");
        }
        assertThat(architecture.violations(sources)).containsExactly(
                "app.high/Long.java: 401 lines, at most 400", "app.low: 21 files, at most 20");
    }

    private void write(String packageName, String type, String text) throws IOException {
        var folder = Files.createDirectories(sources.resolve(packageName.replace('.', '/')));
        Files.writeString(folder.resolve(type + ".java"), text);
    }
}
