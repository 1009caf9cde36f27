# Read by the scripts beside it: finds Java and the jars, builds them in a source checkout, holds the JVM options.
# Sets home, lib, java, java_home, java_version and jvm_options; everything else stays inside functions.

# Defaults of the JVM, each replaced as a whole by the variable of its name. MILLRACE_OPTS is added after them.
: "${MILLRACE_HEAP_OPTS:=-Xms64m -Xmx256m}"
: "${MILLRACE_JVM_PERFORMANCE_OPTS:=-XX:+UseSerialGC}"

home=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)

fail() {
    echo "$*" >&2
    exit 1
}

find_java() {
    if [ -n "${JAVA_HOME-}" ]; then
        java=$JAVA_HOME/bin/java
        [ -x "$java" ] || fail "JAVA_HOME is $JAVA_HOME, but $java cannot be run: set it to a JDK 17 or later."
    else
        java=$(command -v java) || fail "No Java found: install a JDK 17 or later, or set JAVA_HOME to one."
    fi
    java_home=$(dirname "$(dirname "$(readlink -f "$java")")")
    java_version=$(sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$java_home/release" 2>/dev/null) || java_version=17
    [ "${java_version:=17}" -ge 17 ] || fail "$java is Java $java_version: Millrace needs 17 or later."
}

# An unpacked distribution has its jars in lib; a checkout builds them when they are missing or older than the sources.
find_jars() {
    lib=$home/lib
    [ -e "$home/pom.xml" ] || return 0
    mkdir -p "$home/target"
    exec {lock}>"$home/target/.build.lock"
    flock "$lock"
    if [ ! -e "$home/target/.built" ] || [ -n "$(newer_sources)" ]; then build; fi
    exec {lock}>&-
    lib=$(dirname "$(ls -t "$home"/target/millrace-*/lib/millrace-broker-*.jar | head -n 1)")
}

newer_sources() {
    find "$home/pom.xml" "$home"/*/pom.xml "$home"/*/src/main -newer "$home/target/.built" -print -quit
}

build() {
    command -v mvn >/dev/null || fail "Maven is needed to build from source: install it, or use a built distribution."
    echo "Building Millrace from source ..." >&2
    touch "$home/target/.building"
    # The gates run with the tests; here only the jars are wanted.
    (cd "$home" && mvn -B -q package -DskipTests -Denforcer.skip -Dformatter.skip \
        -Derrorprone.flags=-XepDisableAllChecks) >&2 || fail "The build failed."
    mv "$home/target/.building" "$home/target/.built"
}

set_jvm_options() {
    # shellcheck disable=SC2206  # each variable holds several options
    jvm_options=(
        $MILLRACE_HEAP_OPTS $MILLRACE_JVM_PERFORMANCE_OPTS
        -XX:+ExitOnOutOfMemoryError -XX:-UsePerfData
        -XX:+IgnoreUnrecognizedVMOptions --sun-misc-unsafe-memory-access=allow
        -Dio.netty.tryReflectionSetAccessible=true -Dio.netty.leakDetection.level=disabled
        -DmappedFile.retain=true -Dbackground.releaser=false
        -Djava.util.logging.manager=io.millrace.broker.diagnostic.OperatorLog
        "-Djava.util.logging.config.file=$home/config/log.properties"
        ${MILLRACE_OPTS-}
    )
}

# Replaces the shell by a command-line tool: a short life, so the first compiler only, and little memory.
run_tool() {
    # shellcheck disable=SC2206  # the variable holds several options
    jvm_options=(
        -Xmx256m -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -XX:-UsePerfData
        -XX:+IgnoreUnrecognizedVMOptions --sun-misc-unsafe-memory-access=allow --enable-native-access=ALL-UNNAMED
        -Djava.util.logging.manager=io.millrace.broker.diagnostic.OperatorLog
        "-Djava.util.logging.config.file=$home/config/tool-log.properties" "-Dmillrace.home=$home"
        ${MILLRACE_OPTS-}
    )
    . "$home/bin/class-archive.sh"
    use_class_archive tools
    exec "$java" "${jvm_options[@]}" -cp "$lib/*" "$@"
}

find_java
find_jars
set_jvm_options
