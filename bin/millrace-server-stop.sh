#!/usr/bin/env bash
# Stops the brokers that were started from this folder, or only the one with the given properties file.
# Each finishes what is in flight and closes its logs; nothing is ever killed the hard way.
set -euo pipefail

case ${1-} in
    -*) echo "Usage: millrace-server-stop.sh [server.properties]" && [[ $1 == -h || $1 == --help ]] && exit 0 || exit 1 ;;
esac

home=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/.." && pwd -P)
config=${1:+$(readlink -f "$1")}
patience=${MILLRACE_STOP_SECONDS:-60}

# A broker is a process whose arguments are exactly those that the start script gives.
is_broker() {
    local arguments=() i
    mapfile -d '' -t arguments 2>/dev/null <"/proc/$1/cmdline" || return 1
    [[ ${arguments[0]-} == */java ]] || return 1
    for ((i = 1; i < ${#arguments[@]} - 3; i++)); do
        if [ "${arguments[i]}" = "-Dmillrace.home=$home" ]; then break; fi
    done
    for ((; i < ${#arguments[@]} - 2; i++)); do
        if [[ ${arguments[i]} == -jar && ${arguments[i + 1]} == */lib/millrace-broker-*.jar ]]; then
            [ -z "$config" ] || [ "${arguments[i + 2]}" = "$config" ]
            return
        fi
    done
    return 1
}

brokers=()
for process in /proc/[0-9]*; do
    if is_broker "${process#/proc/}"; then brokers+=("${process#/proc/}"); fi
done 2>/dev/null
if [ ${#brokers[@]} = 0 ]; then
    echo "No broker of $home${config:+ with $config} is running."
    exit 1
fi

stopping=()
status=0
for pid in "${brokers[@]}"; do
    if kill -TERM "$pid" 2>/dev/null; then
        echo "Stopping the broker with pid $pid ..."
        stopping+=("$pid")
    elif is_broker "$pid"; then
        echo "Not allowed to stop the broker with pid $pid: it belongs to $(stat -c %U "/proc/$pid")." >&2
        status=1
    fi
done
for pid in ${stopping[@]+"${stopping[@]}"}; do
    for ((tenths = 0; tenths < patience * 10; tenths++)); do
        is_broker "$pid" || break
        sleep 0.1
    done
    if is_broker "$pid"; then
        echo "The broker with pid $pid is still stopping after $patience seconds." >&2
        status=1
    else
        echo "Stopped $pid."
    fi
done
exit $status
