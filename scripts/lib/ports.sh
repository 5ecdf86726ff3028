# shellcheck shell=bash
# Ports of this stack: chosen once among the free ones and remembered in .run/ports, so that two
# checkouts run beside each other and addresses survive a restart. VF_PORT_BASE starts the search
# elsewhere; VF_PORT_<NAME> (POSTGRES, BROKER, CONTROLLER, INGEST, CONSOLE, ADMIN_<SERVICE>_<N>)
# fixes one.

is_listening() {
  local hex
  printf -v hex '%04X' "$1"
  grep -qE "^ *[0-9]+: [0-9A-F]+:$hex [0-9A-F:]+ 0A " /proc/net/tcp /proc/net/tcp6 2>/dev/null
}

remembered_port() {
  if [[ -f $VF_RUN/ports ]]; then sed -n "s/^$1=//p" "$VF_RUN/ports"; fi
}

# Below the range from which the kernel takes ports for outgoing connections.
first_candidate() {
  local hash
  if [[ -n ${VF_PORT_BASE:-} ]]; then
    printf '%d' "$VF_PORT_BASE"
    return
  fi
  hash=$(printf '%s' "$VF_RUN" | cksum | cut -d ' ' -f 1)
  printf '%d' $((12000 + hash % 400 * 50))
}

# port NAME: the port of that name, choosing one when none is remembered.
port() {
  local name=$1 fixed=VF_PORT_$1 candidate
  if [[ -n ${!fixed:-} ]]; then
    printf '%s' "${!fixed}"
    return
  fi
  candidate=$(remembered_port "$name")
  if [[ -z $candidate ]]; then
    candidate=$(first_candidate)
    while is_listening "$candidate" || grep -qsx "[A-Z0-9_]*=$candidate" "$VF_RUN/ports"; do
      candidate=$((candidate + 1))
    done
    printf '%s=%s\n' "$name" "$candidate" >>"$VF_RUN/ports"
  fi
  printf '%s' "$candidate"
}

# Somebody else may have taken a remembered port while we were down. Called for what is not running.
forget_port_if_taken() {
  local known
  known=$(remembered_port "$1")
  if [[ -n $known ]] && is_listening "$known"; then
    warn "   port $known ($1) is taken by another process; choosing a new one"
    sed -i "/^$1=/d" "$VF_RUN/ports"
  fi
}
