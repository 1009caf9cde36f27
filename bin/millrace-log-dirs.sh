#!/usr/bin/env bash
# Shows what lies in the brokers' log directories, as JSON; --help lists the flags, which are Kafka's.
set -euo pipefail
. "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/launch.sh"
run_tool io.millrace.broker.tool.LogDirs "$@"
