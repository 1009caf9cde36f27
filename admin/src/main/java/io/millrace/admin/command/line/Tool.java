package io.millrace.admin.command.line;

import java.io.IOException;

/** A command-line tool whose flags have been set. */
public interface Tool {

    /** Does the work; answers the exit code. What ends it early is a {@link ToolFailure} or the cluster's refusal. */
    int run(Console console) throws IOException;
}
