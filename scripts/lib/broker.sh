# shellcheck shell=bash
# A private single-node Apache Kafka for this stack, for development.

broker_address() { printf '127.0.0.1:%s' "$(port BROKER)"; }

java_command() {
  if [[ -n ${JAVA_HOME:-} && -x $JAVA_HOME/bin/java ]]; then
    printf '%s' "$JAVA_HOME/bin/java"
  else
    command -v java || die "no java on the PATH; run scripts/bootstrap"
  fi
}

write_broker_configuration() {
  local directory=$VF_RUN/kafka
  mkdir -p "$directory"
  cat >"$directory/server.properties" <<EOF
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:$(port CONTROLLER)
controller.listener.names=CONTROLLER
listeners=PLAINTEXT://127.0.0.1:$(port BROKER),CONTROLLER://127.0.0.1:$(port CONTROLLER)
advertised.listeners=PLAINTEXT://127.0.0.1:$(port BROKER)
log.dirs=$directory/data
auto.create.topics.enable=false
offsets.topic.num.partitions=8
offsets.topic.replication.factor=1
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
group.initial.rebalance.delay.ms=0
# After a kill the controller keeps the old broker's place until its session has timed out.
broker.session.timeout.ms=3000
broker.heartbeat.interval.ms=500
EOF
  cat >"$directory/log4j2.properties" <<'EOF'
appender.out.type=Console
appender.out.name=out
appender.out.layout.type=PatternLayout
appender.out.layout.pattern=%d{yyyy-MM-dd'T'HH:mm:ss.SSS} %p %c{1}: %m%n
rootLogger.level=info
rootLogger.appenderRef.out.ref=out
logger.config.name=org.apache.kafka.common.config
logger.config.level=warn
logger.state.name=state.change.logger
logger.state.level=warn
EOF
}

# Called by start_broker, with its broker_java.
format_broker() {
  local id
  if [[ -f $VF_RUN/kafka/data/meta.properties ]]; then return; fi
  rm -rf "$VF_RUN/kafka/data"
  # Sixteen random bytes in the alphabet of URLs, as the storage tool would make them.
  id=$(head -c 16 /dev/urandom | base64 | tr '+/' '-_' | tr -d '=')
  "${broker_java[@]}" -XX:TieredStopAtLevel=1 kafka.tools.StorageTool format \
    --cluster-id "$id" --config "$VF_RUN/kafka/server.properties" \
    >>"$VF_RUN/log/broker.log" 2>&1 || {
    tail -n 20 "$VF_RUN/log/broker.log" >&2
    die "the broker's storage could not be formatted"
  }
}

start_broker() {
  local java broker_java options
  if is_running broker; then return; fi
  await_end broker
  forget_port_if_taken BROKER
  forget_port_if_taken CONTROLLER
  write_broker_configuration
  java=$(java_command)
  broker_java=("$java" -cp "$VF_KAFKA_LIBS/*"
    "-Dlog4j2.configurationFile=$VF_RUN/kafka/log4j2.properties")
  format_broker
  # As Kafka's own start script reads them; a small heap by default, the machine does other work.
  read -ra options <<<"${KAFKA_HEAP_OPTS:--Xms128m -Xmx384m} ${KAFKA_JVM_PERFORMANCE_OPTS:-}"
  detach broker "$VF_RUN/log/broker.log" "${broker_java[@]}" "${options[@]}" \
    kafka.Kafka "$VF_RUN/kafka/server.properties"
}

# Answering is not enough: for a moment after its start a broker still loads what it knows about
# consumer groups, and refuses their members.
await_broker() {
  if ! python3 "$VF_ROOT/scripts/lib/await_broker.py" "$(broker_address)" 120 \
    "$(pid_of broker)"; then
    tail -n 20 "$VF_RUN/log/broker.log" >&2
    die "the broker did not become ready"
  fi
}

stop_broker() {
  if is_running broker; then stop_processes TERM 30000 "$(pid_of broker)"; fi
  rm -f "$(pid_path broker)"
}

wipe_broker() { rm -rf "$VF_RUN/kafka"; }
