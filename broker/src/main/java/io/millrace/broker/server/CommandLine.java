package io.millrace.broker.server;

import io.millrace.protocol.setting.SettingException;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;

/** {@code [server.properties] [--override key=value]...}: what the broker was given, overrides on top. */
public final class CommandLine {
    private static final String USAGE = "Usage: millrace-server-start.sh [server.properties] [--override key=value]...";

    private CommandLine() {}

    public static Map<String, String> parse(String[] arguments) {
        var given = new HashMap<String, String>();
        int next = 0;
        if (arguments.length > 0 && !arguments[0].startsWith("-")) {
            given.putAll(load(Path.of(arguments[0])));
            next = 1;
        }
        while (next < arguments.length) {
            if (!arguments[next].equals("--override") || next + 1 == arguments.length) {
                throw new SettingException("Cannot make sense of " + arguments[next] + ". " + USAGE);
            }
            var override = arguments[next + 1];
            int equals = override.indexOf('=');
            if (equals <= 0) {
                throw new SettingException("--override needs key=value, not " + override + ". " + USAGE);
            }
            given.put(override.substring(0, equals).strip(), override.substring(equals + 1).strip());
            next += 2;
        }
        return given;
    }

    private static Map<String, String> load(Path file) {
        var properties = new Properties();
        try (var reader = Files.newBufferedReader(file)) {
            properties.load(reader);
        } catch (NoSuchFileException e) {
            throw new SettingException("There is no file " + file + ". " + USAGE);
        } catch (MalformedInputException | IllegalArgumentException e) {
            throw new SettingException(file + " is not a properties file in UTF-8: " + e.getMessage());
        } catch (IOException e) {
            throw new SettingException("Cannot read " + file + ": " + e.getMessage());
        }
        var given = new HashMap<String, String>();
        properties.stringPropertyNames()
                .forEach(name -> given.put(name.strip(), properties.getProperty(name).strip()));
        return given;
    }
}
