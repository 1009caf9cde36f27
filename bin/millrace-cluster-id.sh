#!/usr/bin/env bash
# Shows the cluster's id, lists its endpoints, or forgets a broker; --help lists the flags, which are Kafka's.
set -euo pipefail
. "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/launch.sh"
run_tool io.millrace.admin.command.ClusterInfo "$@"
