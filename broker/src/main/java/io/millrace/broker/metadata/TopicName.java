package io.millrace.broker.metadata;

/** The rules for topic names (kafka.apache.org/documentation, "Topic names"). */
public final class TopicName {
    private static final int LONGEST = 249;

    private TopicName() {}

    /** What is wrong with a name, for the client's user; null if nothing is. */
    public static String problem(String name) {
        if (name == null || name.isEmpty()) {
            return "Topic name is empty: give it 1 to 249 letters, digits, dots, underscores or hyphens";
        }
        if (name.equals(".") || name.equals("..")) {
            return "Topic name must not be " + name;
        }
        if (name.length() > LONGEST) {
            return "Topic name has " + name.length() + " characters, the most is " + LONGEST;
        }
        for (int i = 0; i < name.length(); i++) {
            if (!isLegal(name.charAt(i))) {
                return "Topic name " + name
                        + " contains a character other than letters, digits, '.', '_' and '-'";
            }
        }
        return null;
    }

    private static boolean isLegal(char c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '.' || c == '_'
                || c == '-';
    }

    /** Only a name with a dot or an underscore can collide with another. */
    public static boolean canCollide(String name) {
        return name.indexOf('.') >= 0 || name.indexOf('_') >= 0;
    }

    /** Two names collide if they differ in dots and underscores alone: metrics write the one as the other. */
    public static boolean collide(String a, String b) {
        if (a.length() != b.length()) {
            return false;
        }
        for (int i = 0; i < a.length(); i++) {
            if (folded(a.charAt(i)) != folded(b.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    private static char folded(char c) {
        return c == '.' ? '_' : c;
    }
}
