import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.PrintStream;
import java.lang.reflect.InvocationTargetException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import org.apache.kafka.common.utils.Exit;

/**
 * Runs Kafka's command-line tools one after another in one JVM. Each line of the standard input is a main class and its
 * arguments, with tabs between them; each line of the answer is the exit code and, in base64, what was printed.
 */
public class RunTools {
    /** The exit code that the tool chose first; what it says while that unwinds does not count. */
    private static Integer status;

    private static final class Ended extends RuntimeException {
        Ended() {
            super(null, null, false, false);
        }
    }

    public static void main(String[] arguments) throws Exception {
        var answers = System.out;
        var printed = new ByteArrayOutputStream();
        System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
        System.setErr(new PrintStream(OutputStream.nullOutputStream()));
        Exit.setExitProcedure((code, message) -> {
            status = status == null ? code : status;
            throw new Ended();
        });
        var lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (var line = lines.readLine(); line != null; line = lines.readLine()) {
            printed.reset();
            run(line.split("\t", -1));
            answers.println(status + " " + Base64.getEncoder().encodeToString(printed.toByteArray()));
            answers.flush();
        }
    }

    private static void run(String[] words) throws Exception {
        status = null;
        try {
            Class.forName(words[0]).getMethod("main", String[].class).invoke(null,
                    (Object) Arrays.copyOfRange(words, 1, words.length));
            status = status == null ? 0 : status;
        } catch (InvocationTargetException e) {
            status = status == null ? 1 : status;
        }
    }
}
