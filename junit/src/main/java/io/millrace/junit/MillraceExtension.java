package io.millrace.junit;

import io.millrace.admin.MillraceAdmin;
import io.millrace.admin.topic.NewTopic;
import io.millrace.protocol.wire.ApiException;
import io.millrace.protocol.wire.ErrorCode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.platform.commons.support.AnnotationSupport;

/**
 * Starts the brokers that {@link MillraceBroker} asks for, one for all classes that ask for the same, and hands out
 * clients of them. The brokers belong to the engine's root context, which closes them at the end of the run.
 */
public final class MillraceExtension implements BeforeAllCallback, ParameterResolver {
    private static final Namespace SPACE = Namespace.create(MillraceExtension.class);
    private static final String SPRING_BROKERS = "spring.embedded.kafka.brokers";
    private static final short ONE_REPLICA = 1;

    @Override
    public void beforeAll(ExtensionContext context) {
        var wish = wish(context);
        var bootstrap = broker(context, wish).bootstrap();
        System.setProperty(SPRING_BROKERS, bootstrap);
        if (!wish.bootstrapServersProperty().isEmpty()) {
            System.setProperty(wish.bootstrapServersProperty(), bootstrap);
        }
        createTopics(bootstrap, wish);
    }

    private static MillraceBroker wish(ExtensionContext context) {
        return AnnotationSupport.findAnnotation(context.getTestClass(), MillraceBroker.class)
                .orElseThrow(() -> new ExtensionConfigurationException(
                        "Put @MillraceBroker on " + context.getRequiredTestClass().getName()));
    }

    private static BrokerProcess broker(ExtensionContext context, MillraceBroker wish) {
        var settings = new ArrayList<>(List.of("num.partitions=" + wish.partitions()));
        settings.addAll(Arrays.asList(wish.brokerProperties()));
        var store = context.getRoot().getStore(SPACE);
        synchronized (MillraceExtension.class) { // classes may run side by side
            var running = store.get(settings, BrokerProcess.class);
            if (running == null || !running.isAlive()) {
                running = BrokerProcess.start(settings);
                store.put(settings, running);
            }
            return running;
        }
    }

    private static void createTopics(String bootstrap, MillraceBroker wish) {
        if (wish.topics().length == 0) {
            return;
        }
        try (var admin = new MillraceAdmin(Map.of("bootstrap.servers", bootstrap))) {
            var topics = Arrays.stream(wish.topics())
                    .map(name -> new NewTopic(name, wish.partitions(), ONE_REPLICA)).toList();
            admin.createTopics(topics).join().failures().forEach((name, failure) -> {
                boolean isThere = failure instanceof ApiException refusal
                        && refusal.errorCode() == ErrorCode.TOPIC_ALREADY_EXISTS;
                if (!isThere) {
                    throw new ExtensionConfigurationException("Topic " + name + " cannot be created",
                            failure);
                }
            });
        }
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return isAddress(parameter) || InjectedClients.isClient(parameter.getParameter().getType());
    }

    private static boolean isAddress(ParameterContext parameter) {
        return parameter.isAnnotated(BootstrapServers.class)
                && parameter.getParameter().getType() == String.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        var bootstrap = broker(context, wish(context)).bootstrap();
        if (isAddress(parameter)) {
            return bootstrap;
        }
        var client = InjectedClients.open(parameter.getParameter(), bootstrap);
        context.getStore(SPACE).put(parameter, client); // which closes it after the test
        return client;
    }
}
