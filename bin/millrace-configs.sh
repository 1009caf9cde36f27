#!/usr/bin/env bash
# Shows and changes the settings of topics, brokers and groups; --help lists the flags, which are Kafka's.
set -euo pipefail
. "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/launch.sh"
run_tool io.millrace.admin.command.Configs "$@"
