package io.millrace.junit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Gives a test class a broker on a free port of this machine, in a process of its own. All classes of one test run that
 * ask for the same settings share one broker, so topics of different tests need different names.
 *
 * <p>Test methods and constructors may take the address as {@code @BootstrapServers String}, and a
 * {@code Producer<K, V>}, {@code Consumer<K, V>} or {@code Admin} of Millrace's, whose serializers follow from the type
 * arguments; they are closed after the test. The address is also in the system properties {@code spring.embedded.kafka.brokers}
 * and {@link #bootstrapServersProperty}, as Spring's {@code @EmbeddedKafka} leaves it; put this annotation before
 * Spring's own.
 */
@Documented
@Inherited
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
@ExtendWith(MillraceExtension.class)
public @interface MillraceBroker {
    /** Topics that are there before the first test. */
    String[] topics() default {};

    /** How many partitions these topics have, and those that are created by their first use. */
    int partitions() default 1;

    /** Further settings of the broker, each as {@code name=value}. */
    String[] brokerProperties() default {};

    /** The system property that is given the address as well; an empty name for none. */
    String bootstrapServersProperty() default "spring.kafka.bootstrap-servers";
}
