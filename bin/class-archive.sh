# Read by the start script and for tools: an archive of loaded classes (CDS) takes about 40 % off the CPU time of a start.
# There is one for the broker and one for all tools. An archive belongs to one JDK and one set of jars: its name is their
# fingerprint, so any change makes a new one.
# All of this is an optimisation: whatever goes wrong, the start goes on without an archive.

# Adds the archive of this kind, broker or tools, to jvm_options; at the first start with this JDK and these jars a
# rehearsal makes it.
use_class_archive() {
    local kind=$1 folder name archive
    [ "${MILLRACE_CLASS_ARCHIVE-on}" != off ] || return 0
    folder=$(archive_folder) || return 0
    name=$folder/$kind-$(fingerprint)
    if ! archive=$(whole_archive "$name"); then
        "rehearse_$kind" "$name" || return 0
        archive=$(whole_archive "$name") || return 0
    fi
    jvm_options+=("-XX:SharedArchiveFile=$archive" -Xshare:auto -Xlog:cds=off -Xlog:cds+dynamic=off)
    # Newer JDKs complain of an unusable archive under this tag; older ones refuse to start with it.
    if [ "$java_version" -ge 24 ]; then jvm_options+=(-Xlog:aot=off); fi
}

archive_folder() {
    local folder
    for folder in "$lib/../cache" "${XDG_CACHE_HOME:-${HOME:-/nonexistent}/.cache}/millrace"; do
        if mkdir -p "$folder" 2>/dev/null && [ -w "$folder" ]; then
            (cd "$folder" && pwd -P)
            return
        fi
    done
    return 1
}

fingerprint() {
    stat -L -c '%n %s %Y' "$java_home/lib/server/libjvm.so" "$java_home/lib/modules" "$lib"/*.jar | cksum | tr ' ' -
}

# The size is part of the name, because a JVM that maps a file cut short dies of a bus error.
whole_archive() {
    local archive
    for archive in "$1"-*.jsa; do
        if [ "$archive" = "$1-$(stat -c %s "$archive" 2>/dev/null).jsa" ]; then
            echo "$archive"
            return
        fi
    done
    return 1
}

# Starts a broker of its own in a temporary folder, which serves one record to itself and stops; keeps what it loaded.
rehearse_broker() {
    local name=$1 fresh=$1.$$ stage old pid alive made=1
    echo "Preparing fast starts for this JDK (once) ..." >&2
    stage=$(mktemp -d) || return 1
    # What others left half done; the ending is the process that made it.
    for old in "$name".*; do
        kill -0 "${old##*.}" 2>/dev/null || rm -f "$old"
    done
    mkfifo "$stage/ready" "$stage/alive"
    # Only this shell holds the input open: however it ends, the broker sees it and ends too.
    exec {alive}<>"$stage/alive"
    timeout -k 30 60 "$java" "${jvm_options[@]}" "-XX:ArchiveClassesAtExit=$fresh" -Dmillrace.log.handler= -Dmillrace.rehearsal=true \
        -jar "$lib"/millrace-broker-*.jar /dev/null --override "log.dirs=$stage/data" \
        --override listeners=PLAINTEXT://127.0.0.1:0 >"$stage/ready" 2>/dev/null <"$stage/alive" {alive}>&- &
    pid=$!
    { read -r -t 30 _ && kill "$pid"; } <"$stage/ready" || kill -9 "$pid" 2>/dev/null
    wait "$pid" 2>/dev/null
    exec {alive}>&-
    keep_archive "$fresh" "$name" && made=0
    rm -rf "$stage"
    return $made
}

# Runs some tools against a broker that is only played; keeps what they loaded.
rehearse_tools() {
    local name=$1 fresh=$1.$$
    timeout -k 5 30 "$java" "${jvm_options[@]}" "-XX:ArchiveClassesAtExit=$fresh" -cp "$lib/*" \
        io.millrace.admin.command.Rehearsal >/dev/null 2>&1 </dev/null || true
    keep_archive "$fresh" "$name"
}

# Gives a whole archive its name, which ends with its size.
keep_archive() {
    local fresh=$1 name=$2 kind kept=1
    kind=$(basename "$name")
    if [ -s "$fresh" ] && sync "$fresh"; then
        # Two older ones of the kind stay, for those who alternate JDKs.
        ls -t "$(dirname "$name")/${kind%%-*}"-*.jsa 2>/dev/null | tail -n +3 | while read -r old; do rm -f "$old"; done
        mv "$fresh" "$name-$(stat -c %s "$fresh").jsa" && kept=0
    fi
    rm -f "$fresh"
    return $kept
}
