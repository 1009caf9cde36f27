#!/usr/bin/env bash
# Takes over the topics of a stopped single-node Kafka; --help lists the flags.
set -euo pipefail
. "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/launch.sh"
run_tool io.millrace.broker.tool.ImportKafka "$@"
