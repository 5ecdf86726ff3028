# shellcheck shell=bash
# The services of a stack: their processes, ports and settings. An instance is <service>.<n>,
# n from 1. Sourced by scripts/up and scripts/down after processes.sh and ports.sh; who starts any
# sets services_dir, where the binaries are.

# In the order of a shutdown: what takes in work first, what others lean on last.
readonly services=(
  ingest-gateway trigger-evaluator normaliser webhook-dispatcher console
)

# Settings of the scripts, and what .run/env tells people: no service knows these names.
own_settings='^VF_(ROOT|RUN|BUILDS|CACHE|TOOLCHAIN|RUN_DIR|DEPS_PREFIX|KAFKA_LIBS|PG_BIN|BUILD_JOBS'
own_settings+='|SERVICES_DIR|PORT_.*|INGEST_URL|CONSOLE_URL|PROJECT_ID|API_KEY|ADMIN_URL_.*)$'
readonly own_settings

upper() { printf '%s' "$1" | tr 'a-z.-' 'A-Z__'; }

admin_port() { port "ADMIN_$(upper "$1")"; }

service_of() { printf '%s' "${1%.*}"; }

# shellcheck disable=SC2154 # set by scripts/up
binary_of() { printf '%s/%s/%s' "$services_dir" "$1" "$1"; }

# instances_of SERVICE: those on file, whether they still run or not. A supervisor that is between
# two lives of its service counts.
instances_of() {
  local path name
  for path in "$VF_RUN/pids/$1".*; do
    name=${path##*/}
    name=${name%.supervisor}
    if [[ $name =~ \.[0-9]+$ ]]; then printf '%s\n' "$name"; fi
  done | sort -u -t . -k 2n
}

listen_port() {
  local service
  service=$(service_of "$1")
  case $1 in
    # Every gateway listens on the one port: the kernel spreads connections over them.
    ingest-gateway.*) port INGEST ;;
    console.1) port CONSOLE ;;
    console.*) port "CONSOLE_${1##*.}" ;;
  esac
}

settle_ports() {
  local service=$1 instance=$2 other shared=''
  forget_port_if_taken "ADMIN_$(upper "$instance")"
  case $service in
    ingest-gateway)
      for other in $(instances_of "$service"); do
        if is_running "$other"; then shared=1; fi
      done
      if [[ -z $shared ]]; then forget_port_if_taken INGEST; fi
      ;;
    console) if [[ $instance == console.1 ]]; then forget_port_if_taken CONSOLE; fi ;;
  esac
}

# The caller's settings less our own, as arguments of env(1).
strangers() {
  local name
  while read -r name; do
    if [[ $name =~ $own_settings ]]; then printf -- '-u\n%s\n' "$name"; fi
  done < <(compgen -e)
}

# start_instance SERVICE.N restart|once
start_instance() {
  local instance=$1 mode=$2 service listen arguments
  service=$(service_of "$instance")
  settle_ports "$service" "$instance"
  mapfile -t arguments < <(strangers)
  arguments+=("VF_ADMIN_LISTEN=127.0.0.1:$(admin_port "$instance")")
  # Started again it has its partitions at once, as the same member of its groups.
  arguments+=("VF_REPLICA=$instance")
  listen=$(listen_port "$instance")
  if [[ -n $listen ]]; then arguments+=("VF_LISTEN=127.0.0.1:$listen"); fi
  # Links in mails lead to our own gateway, unless the caller has another before it.
  if [[ $service == console && -z ${VF_PUBLIC_URL:-} && -z ${VF_PUBLIC_URL_FILE:-} ]]; then
    arguments+=("VF_PUBLIC_URL=http://127.0.0.1:$(port INGEST)")
  fi
  # On a database of our own each service is who it is; another's address is used as it is.
  if [[ ${VF_DATABASE_URL:-} == "$(postgres_url)" ]]; then
    arguments+=("VF_DATABASE_URL=$(postgres_url "vf_${service//-/_}")")
  fi
  (
    cd "$VF_ROOT" || exit
    exec setsid nohup "$VF_ROOT/scripts/lib/supervise" "$instance" "$mode" \
      env "${arguments[@]}" "$(binary_of "$service")" \
      >>"$VF_RUN/log/$instance.log" 2>&1 </dev/null 8>&-
  ) &
  if [[ $mode == restart ]]; then
    record_pid "$instance.supervisor" $!
  else
    record_pid "$instance" $!
  fi
}

is_instance_ready() {
  curl -fsS -o /dev/null --max-time 2 "http://127.0.0.1:$(admin_port "$1")/readyz" 2>/dev/null
}

# One that dies at once is not waited for to the end, unless somebody starts it again.
is_ready_or_hopeless() {
  is_instance_ready "$1" || { ! is_running "$1" && ! is_running "$1.supervisor"; }
}

await_instance() {
  local instance=$1
  wait_until "$2" is_ready_or_hopeless "$instance" || true
  if is_instance_ready "$instance"; then return; fi
  warn "$instance is not ready; the end of $VF_RUN/log/$instance.log:"
  tail -n 25 "$VF_RUN/log/$instance.log" >&2 || true
  exit 1
}

# Supervisors end first, or they would start again what is being stopped.
stop_supervisors() {
  local instance pids=()
  for instance in "$@"; do
    if is_running "$instance.supervisor"; then pids+=("$(pid_of "$instance.supervisor")"); fi
  done
  stop_processes TERM 5000 "${pids[@]}"
  for instance in "$@"; do rm -f "$(pid_path "$instance.supervisor")"; done
}

# Each finishes the work it has, for at most 30 s.
stop_instances() {
  local instance pids=()
  stop_supervisors "$@"
  for instance in "$@"; do
    if is_running "$instance"; then pids+=("$(pid_of "$instance")"); fi
  done
  stop_processes TERM 30000 "${pids[@]}"
  for instance in "$@"; do rm -f "$(pid_path "$instance")"; done
}

# stop_services reports what it stopped, one service after the other.
stop_services() {
  local service instances began all=()
  for service in "${services[@]}"; do
    mapfile -t instances < <(instances_of "$service")
    all+=("${instances[@]}")
  done
  stop_supervisors "${all[@]}"
  for service in "${services[@]}"; do
    mapfile -t instances < <(instances_of "$service")
    if ((${#instances[@]} == 0)); then continue; fi
    began=$EPOCHREALTIME
    stop_instances "${instances[@]}"
    say "   ${instances[*]}: stopped ($(seconds_since "$began"))"
  done
}
