package io.millrace.admin.command.noun;

import java.util.Collection;

/** Guesses what somebody meant who mistyped a word. Pure functions. */
final class Guess {
    private Guess() {}

    /** A sentence that names the closest word, with a space before it; empty if none is close. */
    static String among(Collection<String> words, String mistyped) {
        String best = null;
        int bestDistance = Math.max(1, mistyped.length() / 3) + 1;
        for (var word : words) {
            int distance = distance(word, mistyped);
            if (distance < bestDistance) {
                best = word;
                bestDistance = distance;
            }
        }
        return best == null ? "" : " Did you mean " + best + "?";
    }

    /** Insertions, deletions and changes of letters, and swaps of neighbours, that make one word of the other. */
    static int distance(String a, String b) {
        var distances = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                if (i == 0 || j == 0) {
                    distances[i][j] = i + j;
                    continue;
                }
                int change = distances[i - 1][j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                int best = Math.min(change, 1 + Math.min(distances[i - 1][j], distances[i][j - 1]));
                boolean isSwap = i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2)
                        && a.charAt(i - 2) == b.charAt(j - 1);
                distances[i][j] = isSwap ? Math.min(best, distances[i - 2][j - 2] + 1) : best;
            }
        }
        return distances[a.length()][b.length()];
    }
}
