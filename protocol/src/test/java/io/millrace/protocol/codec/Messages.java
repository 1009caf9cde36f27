package io.millrace.protocol.codec;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Every message record of the module, found in its compiled classes, so that none escapes the tests. */
final class Messages {
    private Messages() {}

    static List<Class<?>> all() throws IOException, URISyntaxException, ClassNotFoundException {
        var root = Path.of(Codec.class.getProtectionDomain().getCodeSource().getLocation().toURI());
        var messages = new ArrayList<Class<?>>();
        try (var files = Files.walk(root.resolve("io/millrace/protocol/message"))) {
            for (var file : files.filter(path -> path.toString().endsWith(".class")).sorted().toList()) {
                String name = root.relativize(file).toString();
                var type = Class.forName(name.substring(0, name.length() - 6)
                        .replace(file.getFileSystem().getSeparator(), "."));
                if (type.isAnnotationPresent(Schema.class) || ApiMessage.class.isAssignableFrom(type)) {
                    messages.add(type);
                }
            }
        }
        return messages;
    }
}
