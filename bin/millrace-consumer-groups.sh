#!/usr/bin/env bash
# Lists and describes consumer groups, sets their offsets anew, deletes them; --help lists the flags, which are Kafka's.
set -euo pipefail
. "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/launch.sh"
run_tool io.millrace.admin.command.ConsumerGroups "$@"
