package io.millrace.protocol.codec;

/** The versions in which a message exists, from its {@link Api} or {@link Schema}. */
record MessageVersions(int lowest, int highest, int flexibleSince) {

    static MessageVersions of(Class<?> type) {
        var schema = type.getAnnotation(Schema.class);
        if (schema != null) {
            String[] bounds = schema.versions().split("-", -1);
            int lowest = Integer.parseInt(bounds[0]);
            int highest = Integer.parseInt(bounds[bounds.length - 1]);
            int flexibleSince = schema.flexibleSince() < 0 ? Integer.MAX_VALUE : schema.flexibleSince();
            return new MessageVersions(lowest, highest, flexibleSince);
        }
        var api = type.getEnclosingClass() == null ? null : type.getEnclosingClass().getAnnotation(Api.class);
        if (api == null) {
            throw new IllegalArgumentException(type.getName() + " has neither @Schema nor an enclosing @Api");
        }
        var key = api.value();
        return new MessageVersions(key.minVersion(), key.maxVersion(), key.firstFlexibleVersion());
    }

    boolean contains(int version) {
        return version >= lowest && version <= highest;
    }

    boolean isFlexible(int version) {
        return version >= flexibleSince;
    }
}
