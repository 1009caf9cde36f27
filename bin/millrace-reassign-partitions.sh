#!/usr/bin/env bash
# Moves replicas between brokers and disks by a plan; --help lists the flags, which are Kafka's.
set -euo pipefail
. "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/launch.sh"
run_tool io.millrace.admin.command.ReassignPartitions "$@"
