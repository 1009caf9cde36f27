#!/usr/bin/env bash
# A cluster on this machine, to try things out: one ZooKeeper and some brokers, each in its own folder and process.
set -euo pipefail

usage="Usage: millrace-cluster.sh start [--brokers 3] [--port 9092] [--override key=value]... | stop | status | kill N
  start   starts ZooKeeper and the brokers 1, 2, ... that are not running; the first listens on the port
  stop    stops everything in order; the data stays, so that a later start goes on with it
  status  says what runs
  kill N  ends broker N the hard way, as a crash does; start brings it back"

home=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/.." && pwd -P)
folder=${MILLRACE_CLUSTER_DIR:-$home/data/cluster}
brokers=3
port=9092
overrides=()
action=${1-}
[ $# -gt 0 ] && shift

die() {
    echo "$*" >&2
    exit 1
}

victim=
while [ $# -gt 0 ]; do
    case $1 in
        --brokers) [[ ${2-} =~ ^[1-9][0-9]?$ ]] || die "--brokers needs a number. $usage"; brokers=$2; shift ;;
        --port) [[ ${2-} =~ ^[0-9]{1,5}$ ]] || die "--port needs a number. $usage"; port=$2; shift ;;
        --override)
            [[ ${2-} == ?*=* ]] || die "--override needs key=value. $usage"
            overrides+=("$1" "$2")
            shift
            ;;
        [0-9]*) [ "$action" = kill ] && [ -z "$victim" ] || die "$usage"; victim=$1 ;;
        *) die "Unknown argument $1. $usage" ;;
    esac
    shift
done

# A member's process, if its pid file names one that still is that member.
pid_of() {
    local pid
    pid=$(cat "$folder/$1/pid" 2>/dev/null) || return 1
    tr '\0' '\n' 2>/dev/null <"/proc/$pid/cmdline" | grep -qxF -e "-Dmillrace.log.folder=$folder/$1/logs" || return 1
    echo "$pid"
}

members() {
    local member
    for member in "$folder"/broker-* "$folder"/zookeeper; do
        [ -d "$member" ] && basename "$member"
    done
}

# Starts a member and remembers its pid, which the start scripts print.
launch() {
    local member=$1 said
    shift
    mkdir -p "$folder/$member/logs"
    said=$(MILLRACE_LOG_DIR=$folder/$member/logs "$@") || die "$said"
    sed -n 's/.*pid \([0-9]*\).*/\1/p' <<<"$said" | tail -n 1 >"$folder/$member/pid"
    echo "$member runs as pid $(cat "$folder/$member/pid")."
}

start_zookeeper() {
    mkdir -p "$folder/zookeeper"
    sed "s|^dataDir=.*|dataDir=$folder/zookeeper/data|; s|^clientPort=.*|clientPort=$((port - 1))|" \
        "$home/config/zookeeper.properties" >"$folder/zookeeper/zookeeper.properties"
    launch zookeeper "$home/bin/zookeeper-server-start.sh" -daemon "$folder/zookeeper/zookeeper.properties"
}

start_broker() {
    launch "broker-$1" "$home/bin/millrace-server-start.sh" -daemon \
        --override "broker.id=$1" --override "listeners=PLAINTEXT://127.0.0.1:$((port + $1 - 1))" \
        --override "log.dirs=$folder/broker-$1/data" --override "zookeeper.connect=127.0.0.1:$((port - 1))/millrace" \
        ${overrides[@]+"${overrides[@]}"}
}

stop_member() {
    local pid
    pid=$(pid_of "$1") || return 0
    kill -TERM "$pid" 2>/dev/null || return 0
    for ((tenths = 0; tenths < 300; tenths++)); do
        pid_of "$1" >/dev/null || { echo "$1 has stopped." && return 0; }
        sleep 0.1
    done
    echo "$1, pid $pid, is still stopping." >&2
}

case $action in
    start)
        pid_of zookeeper >/dev/null || start_zookeeper
        for ((i = 1; i <= brokers; i++)); do
            pid_of "broker-$i" >/dev/null || start_broker "$i"
        done
        echo "Clients connect to 127.0.0.1:$port."
        ;;
    stop) for member in $(members); do stop_member "$member"; done ;;
    status)
        running=1
        for member in $(members); do
            if pid=$(pid_of "$member"); then
                echo "$member runs as pid $pid."
                running=0
            else
                echo "$member does not run."
            fi
        done
        exit $running
        ;;
    kill)
        [ -n "$victim" ] || die "$usage"
        pid=$(pid_of "broker-$victim") || die "Broker $victim does not run."
        kill -KILL "$pid"
        echo "Killed broker $victim, pid $pid."
        ;;
    -h | --help) echo "$usage" ;;
    *) die "$usage" ;;
esac
