package io.millrace.admin.placement;

/** Which leader is wanted; in the order of the codes in the protocol. */
public enum ElectionType {
    /** The first of the replicas, if it is in sync. */
    PREFERRED,
    /** Any replica that lives, where none in sync does: acknowledged records may be lost. */
    UNCLEAN
}
