package io.millrace.protocol.codec;

import io.millrace.protocol.wire.ApiKey;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Marks the interface that holds an API's {@code Request} and {@code Response}; the key gives the versions. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface Api {
    ApiKey value();
}
