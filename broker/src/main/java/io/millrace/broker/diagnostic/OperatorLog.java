package io.millrace.broker.diagnostic;

import java.util.logging.LogManager;

/**
 * The JDK's log manager with two repairs, named by {@code -Djava.util.logging.manager}: values may refer to system
 * properties, as in <code>${millrace.log.folder}</code>, and lines written while the process shuts down are not lost.
 */
public final class OperatorLog extends LogManager {
    @Override
    public String getProperty(String name) {
        return expand(super.getProperty(name));
    }

    /** The JDK closes every handler in a shutdown hook, in a race with the hook that reports how the stop went. */
    @Override
    public void reset() {}

    /** An unknown reference is left as it stands, so that it is seen where it does harm. */
    static String expand(String value) {
        if (value == null) return null;
        int start = value.indexOf("${");
        int end = value.indexOf('}', start + 2);
        if (start < 0 || end < 0) return value;
        var name = value.substring(start + 2, end);
        var replacement = System.getProperty(name, "${" + name + "}");
        return value.substring(0, start) + replacement + expand(value.substring(end + 1));
    }
}
