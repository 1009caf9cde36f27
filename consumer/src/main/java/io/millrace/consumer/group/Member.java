package io.millrace.consumer.group;

/** Who a member is: generation -1 and an empty id while it is none. The instance id is null unless it is static. */
public record Member(String groupId, int generationId, String memberId, String groupInstanceId) {
    /** The generation of a group without members. */
    public static final int NO_GENERATION = -1;
    /** The id of one that the coordinator does not know yet. */
    public static final String NO_ID = "";

    /** One that is no member yet. */
    public static Member stranger(String groupId, String groupInstanceId) {
        return new Member(groupId, NO_GENERATION, NO_ID, groupInstanceId);
    }

    /** Whether it is part of a generation. */
    public boolean isMember() {
        return generationId != NO_GENERATION;
    }

    Member of(int generation, String id) {
        return new Member(groupId, generation, id, groupInstanceId);
    }
}
