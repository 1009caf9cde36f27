#!/usr/bin/env bash
# Prints the records of topics as lines; --help lists the flags, which are Kafka's.
set -euo pipefail
. "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/launch.sh"
run_tool io.millrace.admin.command.ConsoleConsumer "$@"
