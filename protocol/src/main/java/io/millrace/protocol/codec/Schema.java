package io.millrace.protocol.codec;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Versions of a record that is stored, not sent as an API: a metadata record, a group record, a subscription. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface Schema {
    /** Lowest and highest version, both inclusive: {@code "0-4"}, or {@code "0"} for a single one. */
    String versions();

    /** First version with compact lengths and tagged fields; negative if there is none. */
    int flexibleSince() default -1;
}
