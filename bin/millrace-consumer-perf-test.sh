#!/usr/bin/env bash
# Measures how fast records are read; --help lists the flags, which are Kafka's.
set -euo pipefail
. "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/launch.sh"
run_tool io.millrace.admin.command.ConsumerPerfTest "$@"
