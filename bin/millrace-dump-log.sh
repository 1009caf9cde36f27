#!/usr/bin/env bash
# Shows and checks the files of a partition; --help lists the flags, which are Kafka's and --json.
set -euo pipefail
. "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/launch.sh"
run_tool io.millrace.broker.tool.DumpLog "$@"
