package io.millrace.broker.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.broker.log.EpochHistory.End;
import io.millrace.broker.log.EpochHistory.Start;
import io.millrace.broker.log.file.DamagedFileException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EpochHistoryTest {
    private final EpochHistory history = new EpochHistory();

    private void assignThree() {
        history.assign(2, 10);
        history.assign(4, 20);
        history.assign(7, 30);
    }

    @Test
    void knowsWhereEachEpochEnds() {
        assignThree();
        assertThat(history.endOf(7, 44)).isEqualTo(new End(7, 44));
        assertThat(history.endOf(4, 44)).isEqualTo(new End(4, 30));
        assertThat(history.endOf(6, 44)).as("between two epochs").isEqualTo(new End(4, 30));
        assertThat(history.endOf(1, 44)).as("below all").isEqualTo(new End(1, 10));
        assertThat(history.endOf(8, 44)).as("above all").isEqualTo(new End(-1, -1));
        assertThat(history.endOf(-1, 44)).isEqualTo(new End(-1, -1));
        assertThat(new EpochHistory().endOf(0, 44)).isEqualTo(new End(-1, -1));
        assertThat(history.epochAt(9)).isEqualTo(-1);
        assertThat(history.epochAt(29)).isEqualTo(4);
        assertThat(history.latestEpoch()).isEqualTo(7);
    }

    @Test
    void anEpochKeepsItsFirstStart() {
        history.assign(3, 10);
        history.assign(3, 15);
        assertThat(history.starts()).containsExactly(new Start(3, 10));
    }

    @Test
    void anEpochThatContradictsLaterOnesReplacesThem() {
        assignThree();
        history.assign(5, 15);
        assertThat(history.starts()).containsExactly(new Start(2, 10), new Start(5, 15));
        history.assign(6, 15);
        assertThat(history.starts()).containsExactly(new Start(2, 10), new Start(6, 15));
    }

    @Test
    void cutsAtBothEnds() {
        assignThree();
        history.truncateTo(30);
        assertThat(history.starts()).containsExactly(new Start(2, 10), new Start(4, 20));
        history.advanceStart(5);
        history.advanceStart(10);
        assertThat(history.starts()).containsExactly(new Start(2, 10), new Start(4, 20));
        history.advanceStart(12);
        assertThat(history.starts()).containsExactly(new Start(2, 12), new Start(4, 20));
        history.advanceStart(50);
        assertThat(history.starts()).containsExactly(new Start(4, 50));
        history.truncateTo(0);
        assertThat(history.starts()).isEmpty();
    }

    @Test
    void isWrittenAsKafkaDoesAndReadBack(@TempDir Path folder) throws IOException {
        assertThat(EpochHistory.read(folder).starts()).isEmpty();
        assignThree();
        history.write(folder);
        assertThat(folder.resolve("leader-epoch-checkpoint")).hasContent("0\n3\n2 10\n4 20\n7 30\n");
        assertThat(EpochHistory.read(folder).starts()).isEqualTo(history.starts());
    }

    @Test
    void aDamagedFileIsToldByName(@TempDir Path folder) throws IOException {
        var file = folder.resolve("leader-epoch-checkpoint");
        for (var text : new String[] {"", "1\n0\n", "0\n2\n1 1\n", "0\n1\n1 1 1\n", "0\n1\n1 x\n",
            "0\n1\n1 1",
            "0\n2\n1 5\n1 6\n", "0\n2\n1 5\n2 5\n", "0\n1\n-1 5\n", "0\n99999999999\n1 5\n"}) {
            Files.writeString(file, text);
            assertThatThrownBy(() -> EpochHistory.read(folder)).as(text)
                    .isInstanceOf(DamagedFileException.class).hasMessageContaining(file.toString());
        }
    }
}
