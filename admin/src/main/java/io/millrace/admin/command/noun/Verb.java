package io.millrace.admin.command.noun;

import io.millrace.admin.Admin;
import java.io.IOException;

/** What is done with a thing; its flags have been set. */
interface Verb {

    /** Does it, and answers what there is to show. */
    Sheet act(Admin admin) throws IOException;
}
