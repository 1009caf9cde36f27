package io.millrace.admin.command.noun;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class GuessTest {
    @Test
    void closeWordsAreNamedAndDistantOnesAreNot() {
        assertThat(Guess.among(List.of("list", "describe"), "lits")).isEqualTo(" Did you mean list?");
        assertThat(Guess.among(List.of("list", "describe"), "descibe")).isEqualTo(" Did you mean describe?");
        assertThat(Guess.among(List.of("list", "describe"), "delete")).isEmpty();
        assertThat(Guess.among(List.of(), "x")).isEmpty();
        assertThat(Guess.distance("", "abc")).isEqualTo(3);
        assertThat(Guess.distance("ab", "ba")).isEqualTo(1);
    }
}
