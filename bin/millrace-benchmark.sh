#!/usr/bin/env bash
# Runs benchmarks from a source checkout: each measures Millrace and Apache Kafka in turn on this machine.
set -euo pipefail

case "${1-}" in
    compare) main=Compare ;;
    partitions) main=ManyPartitions ;;
    failover) main=Failover ;;
    replicate) main=Replicate ;;
    append) main=AppendComparison ;;
    producer) main=Producers ;;
    control) main=Control ;;
    *)
        echo "Usage: millrace-benchmark.sh compare [--starts 10] [--rounds 3] [--records 8000000] [--idle-seconds 30]" >&2
        echo "       millrace-benchmark.sh partitions [--topics 19] [--partitions 1000] [--rounds 1]" \
            "[--idle-seconds 20] [--with-kafka yes]" >&2
        echo "       millrace-benchmark.sh failover [--kills 20] [--rate 5000] [--targets millrace,kafka]" >&2
        echo "       millrace-benchmark.sh replicate [--rate 5000] [--seconds 20] [--warm-up 40] [--rounds 3]" \
            "[--targets millrace,kafka]" >&2
        echo "       millrace-benchmark.sh append [--rate 50000] [--bytes 1024] [--seconds 60] [--warm-up 10]" \
            "[--rounds 1] [--policies none,interval,sync] [--folder DIR]" >&2
        echo "       millrace-benchmark.sh producer [--rounds 3] [--records 4000000]" >&2
        echo "       millrace-benchmark.sh control [--topics 50] [--partitions 20] [--rounds 3]" \
            "[--log-partitions 100000] [--targets millrace]" >&2
        exit 1
        ;;
esac
shift

bin=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")
. "$bin/launch.sh"
[ -e "$home/pom.xml" ] || fail "Benchmarks run from a source checkout: Maven fetches what they compare with."

# The broker's jars are fresh by now; these two class paths name them and Kafka's.
clients=broker/src/test/clients/kafka
[ -e "$home/benchmark/target/classpath" ] || build
[ -e "$home/$clients/target/classpath" ] || (cd "$home" && mvn -B -q -f "$clients/pom.xml" pre-integration-test)

if [ "$main" = AppendComparison ]; then
    exec "$java" -cp "$home/benchmark/target/classes:$(<"$home/benchmark/target/classpath")" \
        "io.millrace.benchmark.append.$main" --kafka-classpath "$home/$clients/target/classpath" \
        --kafka-source "$home/benchmark/src/main/kafka/KafkaAppends.java" "$@"
fi

exec "$java" -Djava.util.logging.config.file=/dev/null \
    -cp "$home/benchmark/target/classes:$(<"$home/benchmark/target/classpath")" \
    "io.millrace.benchmark.compare.$main" \
    --distribution "$(dirname "$lib")" --kafka-classpath "$home/$clients/target/classpath" "$@"
