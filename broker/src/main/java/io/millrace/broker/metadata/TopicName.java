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

    /** Two names of one form collide, since metrics write a dot as an underscore; a cluster has one of them. */
    static String collisionForm(String name) {
        return name.replace('.', '_');
    }
}
