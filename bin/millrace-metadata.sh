#!/usr/bin/env bash
# Shows the cluster, its brokers and its partitions as brokers see them, as lines of JSON.
set -euo pipefail
. "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/launch.sh"
run_tool io.millrace.admin.command.MetadataImage "$@"
