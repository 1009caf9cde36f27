#!/usr/bin/env bash
# Starts a broker. Without arguments: config/server.properties, which needs no set-up.
set -euo pipefail

usage="Usage: millrace-server-start.sh [-daemon] [server.properties] [--override key=value]..."
daemon=no
config=
overrides=()
while [ $# -gt 0 ]; do
    case $1 in
        -daemon) daemon=yes ;;
        -h | --help) echo "$usage" && exit 0 ;;
        --override)
            [[ ${2-} == ?*=* ]] || { echo "--override needs key=value. $usage" >&2 && exit 1; }
            overrides+=("$1" "$2")
            shift
            ;;
        -*) echo "Unknown option $1. $usage" >&2 && exit 1 ;;
        *)
            [ -z "$config" ] || { echo "More than one properties file: $config, $1. $usage" >&2 && exit 1; }
            config=$1
            ;;
    esac
    shift
done

bin=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")
. "$bin/launch.sh"
. "$bin/class-archive.sh"

config=$(readlink -f "${config:-$home/config/server.properties}") || fail "No such folder: $(dirname "$config")"
[ -r "$config" ] || fail "Cannot read $config."
use_class_archive broker

# The stop script knows a broker by its home, and the broker keeps its data there unless log.dirs says otherwise.
command=("$java" "${jvm_options[@]}" "-Dmillrace.home=$home")
main=(-jar "$lib"/millrace-broker-*.jar "$config" ${overrides[@]+"${overrides[@]}"})

if [ $daemon = no ]; then
    exec "${command[@]}" -Dmillrace.log.handler=java.util.logging.ConsoleHandler "${main[@]}"
fi

logs=${MILLRACE_LOG_DIR:-$home/logs}
mkdir -p "$logs"
out=$logs/server.out
: >>"$out"
before=$(stat -c %s "$out")
nohup "${command[@]}" "-XX:ErrorFile=$logs/crash-%p.log" "-Dmillrace.log.folder=$logs" \
    -Dmillrace.log.handler=java.util.logging.FileHandler "${main[@]}" >>"$out" 2>&1 </dev/null &
pid=$!

# Ready is the line that the broker prints once clients can connect.
for ((tenths = 0; tenths < 600; tenths++)); do
    if tail -c +$((before + 1)) "$out" | grep -m 1 '^Millrace '; then
        echo "Running as pid $pid; logs are in $logs."
        exit 0
    fi
    if ! kill -0 "$pid" 2>/dev/null; then
        tail -c +$((before + 1)) "$out" >&2
        fail "The broker did not start; more may be in $logs."
    fi
    sleep 0.1
done
echo "Not ready after a minute, still starting as pid $pid; logs are in $logs." >&2
