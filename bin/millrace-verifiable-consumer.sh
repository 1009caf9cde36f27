#!/usr/bin/env bash
# Reads in a group and says, as lines of JSON, what it was given and did; --help lists the flags, which are Kafka's.
set -euo pipefail
. "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/launch.sh"
run_tool io.millrace.admin.command.VerifiableConsumer "$@"
