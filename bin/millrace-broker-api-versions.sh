#!/usr/bin/env bash
# Shows which versions of which APIs the brokers speak; --help lists the flags, which are Kafka's.
set -euo pipefail
. "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/launch.sh"
run_tool io.millrace.admin.command.BrokerApiVersions "$@"
