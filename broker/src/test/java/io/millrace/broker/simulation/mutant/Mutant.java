package io.millrace.broker.simulation.mutant;

/** The program with one fence taken away: in one source file, a text is another one. A seed is known to find it out. */
record Mutant(String name, String file, String text, String instead, long seed) {

    /** The class that the file holds. */
    String className() {
        return "io.millrace.broker." + file.replace('/', '.').substring(0, file.length() - ".java".length());
    }

    @Override
    public String toString() {
        return name;
    }
}
