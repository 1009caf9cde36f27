package io.millrace.admin.command.line;

import io.millrace.admin.Admin;
import io.millrace.admin.MillraceAdmin;
import io.millrace.protocol.client.setting.ClientSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import picocli.CommandLine.Option;

/** The flags that say which cluster is meant and how to reach it; a mixin of every tool. */
public final class Cluster {
    private static final String PATIENCE_MS = "30000";

    @Option(names = "--bootstrap-server", paramLabel = "HOST:PORT", description = "Brokers to ask first; separated by commas.") private String bootstrapServer;

    @Option(names = {"--command-config",
        "--admin.config", "--producer.config",
        "--consumer.config"}, paramLabel = "FILE", description = "Client settings, one name=value a line.") private Path commandConfig;

    @SuppressWarnings("UnusedVariable") // picocli acts on it
    @Option(names = "--help", usageHelp = true, description = "Show the flags.") private boolean isHelpWanted;

    @SuppressWarnings("UnusedVariable") // picocli acts on it
    @Option(names = "--version", versionHelp = true, description = "Show the version.") private boolean isVersionWanted;

    /** Whether the cluster is named at all. */
    public boolean isGiven() {
        return bootstrapServer != null;
    }

    /** Names the cluster as a property does, where no flag has. */
    public void take(List<String> properties) {
        var prefix = ClientSettings.BOOTSTRAP_SERVERS.name() + "=";
        properties.stream().filter(each -> each.startsWith(prefix)).findFirst()
                .ifPresent(each -> bootstrapServer = each.substring(prefix.length()));
    }

    /** A client of the cluster; the caller closes it. */
    public Admin open() throws IOException {
        return new MillraceAdmin(settings(Map.of("default.api.timeout.ms", PATIENCE_MS), List.of()));
    }

    /** Settings for a client of the cluster: these defaults, then those of the file, then each name=value of the list. */
    public Map<String, String> settings(Map<String, String> defaults, List<String> properties)
            throws IOException {
        if (bootstrapServer == null) {
            throw ToolFailure.missing("bootstrap-server");
        }
        var all = new HashMap<>(defaults);
        if (commandConfig != null) {
            all.putAll(read(commandConfig));
        }
        all.putAll(NamedValues.parse(properties));
        all.put(ClientSettings.BOOTSTRAP_SERVERS.name(), bootstrapServer);
        return all;
    }

    /** The names and values in a properties file. */
    public static Map<String, String> read(Path file) throws IOException {
        var properties = new Properties();
        try (var text = Files.newBufferedReader(file)) {
            properties.load(text);
        } catch (NoSuchFileException e) {
            throw ToolFailure.of("There is no file " + file);
        }
        var all = new HashMap<String, String>();
        properties.stringPropertyNames().forEach(name -> all.put(name, properties.getProperty(name)));
        return all;
    }
}
