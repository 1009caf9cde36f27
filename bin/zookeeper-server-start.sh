#!/usr/bin/env bash
# Starts a plain ZooKeeper server from the jars of this distribution. Without arguments: config/zookeeper.properties.
set -euo pipefail

usage="Usage: zookeeper-server-start.sh [-daemon] [zookeeper.properties]"
daemon=no
config=
while [ $# -gt 0 ]; do
    case $1 in
        -daemon) daemon=yes ;;
        -h | --help) echo "$usage" && exit 0 ;;
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

config=$(readlink -f "${config:-$home/config/zookeeper.properties}") || fail "No such folder: $(dirname "$config")"
[ -r "$config" ] || fail "Cannot read $config."
port=$(sed -n 's/^ *clientPort *= *\([0-9]*\).*/\1/p' "$config")
[ -n "$port" ] || fail "$config sets no clientPort."

# A relative data folder is meant to lie in the distribution, wherever the user stands.
cd "$home"
command=("$java" "${jvm_options[@]}" "-Dmillrace.home=$home" -cp "$lib/*")
main=(org.apache.zookeeper.server.quorum.QuorumPeerMain "$config")

if [ $daemon = no ]; then
    exec "${command[@]}" -Dmillrace.log.handler=java.util.logging.ConsoleHandler "${main[@]}"
fi

logs=${MILLRACE_LOG_DIR:-$home/logs}
mkdir -p "$logs"
nohup "${command[@]}" "-Dmillrace.log.folder=$logs" -Dmillrace.log.handler=java.util.logging.FileHandler \
    "${main[@]}" >>"$logs/zookeeper.out" 2>&1 </dev/null &
pid=$!

# Ready is the port that takes connections.
for ((tenths = 0; tenths < 600; tenths++)); do
    if (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then
        echo "ZooKeeper is ready on port $port. Running as pid $pid; logs are in $logs."
        exit 0
    fi
    kill -0 "$pid" 2>/dev/null || fail "ZooKeeper did not start; more may be in $logs."
    sleep 0.1
done
echo "Not ready after a minute, still starting as pid $pid; logs are in $logs." >&2
