package io.millrace.protocol.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.protocol.wire.ApiException;
import io.millrace.protocol.wire.ErrorCode;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CompressionTest {
    /** Loads this package anew and sees no compression library. */
    private static final class WithoutLibraries extends ClassLoader {
        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (Stream.of("net.jpountz.", "org.xerial.", "com.github.luben.").anyMatch(name::startsWith)) {
                throw new ClassNotFoundException(name);
            }
            if (!name.startsWith(CompressionTest.class.getPackageName())) {
                return super.loadClass(name, resolve);
            }
            try (var in = CompressionTest.class
                    .getResourceAsStream("/" + name.replace('.', '/') + ".class")) {
                var bytes = in.readAllBytes();
                return defineClass(name, bytes, 0, bytes.length);
            } catch (IOException e) {
                throw new ClassNotFoundException(name, e);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"SNAPPY, org.xerial.snappy:snappy-java", "LZ4, at.yawk.lz4:lz4-java",
        "ZSTD, com.github.luben:zstd-jni"})
    void aMissingLibraryIsNamedAndOtherCodecsStillWork(String codec, String artefact) throws Exception {
        var compression = Class.forName(Compression.class.getName(), true, new WithoutLibraries());
        var valueOf = compression.getMethod("valueOf", String.class);
        var load = compression.getDeclaredMethod("codec");
        load.setAccessible(true);

        var missing = valueOf.invoke(null, codec);
        assertThatThrownBy(() -> load.invoke(missing)).isInstanceOf(InvocationTargetException.class).cause()
                .isInstanceOfSatisfying(ApiException.class, e -> assertThat(e.errorCode())
                        .isEqualTo(ErrorCode.UNSUPPORTED_COMPRESSION_TYPE))
                .hasMessageContaining(artefact);
        assertThat(load.invoke(valueOf.invoke(null, "GZIP"))).isNotNull();
    }
}
