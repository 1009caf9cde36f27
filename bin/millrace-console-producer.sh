#!/usr/bin/env bash
# Sends each line of the standard input as a record; --help lists the flags, which are Kafka's.
set -euo pipefail
. "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/launch.sh"
run_tool io.millrace.admin.command.ConsoleProducer "$@"
