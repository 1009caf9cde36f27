package io.millrace.protocol.setting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SettingsTest {
    private static final Setting<Integer> MOST = Setting.ofInt("most.open", 9).atLeast(1)
            .scoped("door.name.");
    private static final Setting<Long> AGE_MS = Setting.ofLong("age.ms", 5L).alias("age.minutes", 60_000);
    private static final SettingCatalog CATALOG = new SettingCatalog(List.of(MOST, AGE_MS),
            name -> name.equals("old") ? "nobody needs it" : null);

    @Test
    void aPartHasItsOwnValueAndDefault() {
        var settings = Settings.parse(CATALOG, Map.of("door.name.front.most.open", "3", "most.open", "7"));
        assertThat(settings.get(MOST)).isEqualTo(7);
        assertThat(settings.get(MOST.forPart("front"))).isEqualTo(3);
        assertThat(settings.get(MOST.forPart("back"))).isEqualTo(9);
        assertThat(settings.with(Map.of("door.name.back.most.open", "2")).get(MOST.forPart("back")))
                .isEqualTo(2);
        assertThat(settings.unknownNames()).isEmpty();
    }

    @Test
    void aPartsValueIsCheckedToo() {
        assertThatThrownBy(() -> Settings.parse(CATALOG, Map.of("door.name.front.most.open", "0")))
                .isInstanceOf(SettingException.class).hasMessageContaining("door.name.front.most.open");
    }

    @Test
    void onlyScopedSettingsHaveParts() {
        assertThat(CATALOG.byName("door.name.front.age.ms")).isNull();
        assertThat(CATALOG.byName("door.name..most.open")).isNull();
        assertThat(CATALOG.byName("door.name.most.open")).isNull();
        assertThat(CATALOG.byName("door.name.a.b.most.open")).isNull();
    }

    @Test
    void aNameWithoutEffectIsToldWhyOrWhatIsNear() {
        var settings = Settings.parse(CATALOG, Map.of("old", "1", "age.m", "2", "age.minutes", "1"));
        assertThat(settings.get(AGE_MS)).isEqualTo(60_000);
        assertThat(settings.unknownNames()).containsExactly(
                "Unknown setting age.m is ignored; did you mean age.ms?",
                "Setting old has no effect here: nobody needs it");
    }
}
