#!/usr/bin/env bash
# Deletes the records before given offsets; --help lists the flags, which are Kafka's.
set -euo pipefail
. "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/launch.sh"
run_tool io.millrace.admin.command.DeleteRecords "$@"
