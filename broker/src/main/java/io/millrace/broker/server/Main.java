package io.millrace.broker.server;

import io.millrace.broker.server.setting.BrokerSettings;
import io.millrace.protocol.setting.SettingException;
import io.millrace.protocol.setting.Settings;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The broker process: one line when it is ready, one line and exit code 1 when it cannot start. */
public final class Main {
    private static final Logger LOG = LoggerFactory.getLogger(Main.class);

    private Main() {}

    public static void main(String[] arguments) {
        boolean isRehearsal = Boolean.getBoolean(Rehearsal.PROPERTY);
        try {
            if (isRehearsal) {
                Rehearsal.endWithInput();
            }
            var settings = Settings.parse(BrokerSettings.CATALOG, CommandLine.parse(arguments));
            settings.unknownNames().forEach(LOG::warn);
            var broker = Broker.start(settings, Main::dieOf);
            Runtime.getRuntime().addShutdownHook(new Thread(broker::stop, "shutdown"));
            if (isRehearsal) {
                Rehearsal.run(broker.port());
            }
            System.out.println(broker.readyLine());
            System.out.flush();
            broker.awaitStop();
        } catch (SettingException | IOException | UncheckedIOException | IllegalStateException e) {
            fail(e.getMessage());
        } catch (InterruptedException e) {
            fail("Interrupted");
        } catch (RuntimeException e) {
            LOG.error("The broker could not start", e);
            fail("The broker could not start: " + e);
        }
    }

    private static void fail(String line) {
        System.err.println(line);
        Runtime.getRuntime().halt(1);
    }

    /** The broker cannot go on: better no broker than one with a false idea of its cluster. */
    private static void dieOf(RuntimeException cause) {
        if (cause instanceof UncheckedIOException) {
            fail(cause.getCause().getMessage() + ". The broker stops"); // without a disk no log can be closed
        }
        LOG.error("The broker stops, since it cannot go on", cause);
        System.exit(1);
    }
}
