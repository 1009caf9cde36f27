#!/usr/bin/env bash
# Measures how long a record takes from its producer to its consumer; --help lists the flags, which are Kafka's.
set -euo pipefail
. "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/launch.sh"
run_tool io.millrace.admin.command.EndToEndLatency "$@"
