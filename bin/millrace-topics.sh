#!/usr/bin/env bash
# Creates, deletes, describes, lists or grows topics; --help lists the flags, which are Kafka's.
set -euo pipefail
. "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/launch.sh"
run_tool io.millrace.admin.command.Topics "$@"
