package io.millrace.broker.tool;

import io.millrace.protocol.client.ClusterClient;
import io.millrace.protocol.client.Query;
import io.millrace.protocol.client.Route;
import io.millrace.protocol.client.setting.ClientSettings;
import io.millrace.protocol.codec.ApiMessage;
import io.millrace.protocol.message.cluster.DescribeCluster;
import io.millrace.protocol.message.topic.DescribeLogDirs;
import io.millrace.protocol.setting.SettingCatalog;
import io.millrace.protocol.setting.Settings;
import io.millrace.protocol.wire.ErrorCode;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionException;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code bin/millrace-log-dirs.sh}: what lies in which log directory of which broker. Takes the flags of Kafka's tool. */
@Command(name = "millrace-log-dirs.sh", sortOptions = false, description = {
    "Shows the log directories of the brokers and the size and lag of the replicas in them, as JSON.",
    "Works with Millrace and with Kafka."}, mixinStandardHelpOptions = true, versionProvider = ToolRun.Version.class)
public final class LogDirs implements Callable<Integer> {
    private static final byte BROKERS = 1;
    private static final int TIMEOUT_MS = 60_000;

    @Option(names = "--bootstrap-server", required = true, paramLabel = "HOST:PORT", description = "Brokers to ask first; separated by commas.") private String bootstrapServers;

    @SuppressWarnings("UnusedVariable") // the one thing to do, but Kafka's tool demands that it is said
    @Option(names = "--describe", required = true, description = "Show the log directories.") private boolean describes;

    @Option(names = "--topic-list", split = ",", paramLabel = "TOPIC", description = "Only these topics; separated by commas. All topics if absent.") private List<String> topics = List
            .of();

    @Option(names = "--broker-list", split = ",", paramLabel = "ID", description = "Only these brokers; separated by commas. All brokers if absent.") private List<Integer> brokers = List
            .of();

    @Option(names = "--command-config", paramLabel = "FILE", description = "Client settings, one name=value a line.") private Path commandConfig;

    private ClusterClient client;

    /** Runs the tool; the exit status is 0, 1 if a broker cannot be asked, 2 for a wrong command line. */
    public static void main(String[] arguments) {
        ToolRun.main(new LogDirs(), arguments);
    }

    @Override
    public Integer call() throws IOException {
        var out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        try (var opened = ClusterClient.open(settings(), false)) {
            client = opened;
            var asked = brokersToAsk();
            out.println("Querying brokers for log directories information");
            var shown = new ArrayList<Object>();
            for (int id : asked) {
                shown.add(show(id, ask(new Route.ToNode(id), Query.of(new DescribeLogDirs.Request(null)))));
            }
            out.println("Received log directory information from brokers "
                    + asked.stream().map(String::valueOf).collect(Collectors.joining(",")));
            out.println(JsonPrinter.compact(row("version", 1, "brokers", shown)));
            return 0;
        }
    }

    private Settings settings() throws IOException {
        var given = new HashMap<String, String>();
        if (commandConfig != null) {
            var properties = new Properties();
            try (var text = Files.newBufferedReader(commandConfig)) {
                properties.load(text);
            }
            properties.stringPropertyNames().forEach(name -> given.put(name, properties.getProperty(name)));
        }
        given.put(ClientSettings.BOOTSTRAP_SERVERS.name(), bootstrapServers);
        given.putIfAbsent(ClientSettings.CLIENT_ID.name(), "log-dirs");
        return Settings.parse(new SettingCatalog(ClientSettings.all()), given);
    }

    private SortedSet<Integer> brokersToAsk() throws IOException {
        var cluster = ask(new Route.Any(), Query.of(new DescribeCluster.Request(false, BROKERS, false)));
        var known = new TreeSet<Integer>();
        cluster.brokers().forEach(broker -> known.add(broker.brokerId()));
        var unknown = new TreeSet<>(brokers);
        unknown.removeAll(known);
        if (!unknown.isEmpty()) {
            throw new IOException("ERROR: The given brokers do not exist from --broker-list: "
                    + list(unknown) + ". Current existent brokers: " + list(known));
        }
        return brokers.isEmpty() ? known : new TreeSet<>(brokers);
    }

    private static String list(SortedSet<Integer> ids) {
        return ids.stream().map(String::valueOf).collect(Collectors.joining(","));
    }

    private <R extends ApiMessage> R ask(Route route, Query<R> query) throws IOException {
        try {
            return client.send(route, query, TIMEOUT_MS).join();
        } catch (CompletionException e) {
            throw new IOException("The cluster at " + bootstrapServers + " cannot be asked: "
                    + e.getCause().getMessage(), e.getCause());
        }
    }

    private Map<String, Object> show(int broker, DescribeLogDirs.Response answer) throws IOException {
        if (answer.errorCode() != ErrorCode.NONE) {
            throw new IOException("Broker " + broker + " refuses to answer: " + answer.errorCode());
        }
        return row("broker", broker, "logDirs", answer.results().stream().map(this::show).toList());
    }

    private Map<String, Object> show(DescribeLogDirs.Response.Result directory) {
        var partitions = new ArrayList<Object>();
        for (var topic : directory.topics()) {
            if (topics.isEmpty() || topics.contains(topic.name())) {
                topic.partitions().forEach(partition -> partitions.add(row(
                        "partition", topic.name() + "-" + partition.partitionIndex(),
                        "size", partition.partitionSize(), "offsetLag", partition.offsetLag(),
                        "isFuture", partition.isFutureKey())));
            }
        }
        var error = directory.errorCode() == ErrorCode.NONE ? null : directory.errorCode();
        return row("logDir", directory.logDir(), "error", error, "partitions", partitions);
    }

    /** Names and values in turn. */
    private static Map<String, Object> row(Object... namesAndValues) {
        var row = new LinkedHashMap<String, Object>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            row.put((String) namesAndValues[i], namesAndValues[i + 1]);
        }
        return row;
    }
}
