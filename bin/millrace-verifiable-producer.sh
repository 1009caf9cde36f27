#!/usr/bin/env bash
# Sends numbers and says of each, as a line of JSON, what became of it; --help lists the flags, which are Kafka's.
set -euo pipefail
. "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/launch.sh"
run_tool io.millrace.admin.command.VerifiableProducer "$@"
