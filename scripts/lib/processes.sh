# shellcheck shell=bash
# Processes that outlive the script that started them. Every one runs in the checkout's directory,
# which is how a process id left over from long ago is told from a stranger's.

pid_path() { printf '%s/pids/%s' "$VF_RUN" "$1"; }

pid_of() {
  local path
  path=$(pid_path "$1")
  if [[ -s $path ]]; then cat "$path"; fi
}

# Neither gone, nor dead and not yet reaped. The first thread of a killed process may end before the
# others, which hold its ports and files for a moment more.
is_alive() {
  local pid=$1 stat state tasks
  [[ -n $pid && -r /proc/$pid/stat ]] || return 1
  stat=$(cat "/proc/$pid/stat" 2>/dev/null) || return 1
  state=${stat##*) }
  tasks=("/proc/$pid/task"/*)
  [[ ${state:0:1} != [ZX] ]] || ((${#tasks[@]} > 1))
}

is_ours() {
  local pid=$1 where
  is_alive "$pid" || return 1
  where=$(readlink "/proc/$pid/cwd" 2>/dev/null) || return 1
  [[ $where == "$VF_ROOT" || $where == "${2:-$VF_ROOT}" ]]
}

is_running() { is_ours "$(pid_of "$1")"; }

record_pid() {
  local path
  path=$(pid_path "$1")
  printf '%s\n' "$2" >"$path.next"
  mv "$path.next" "$path"
}

# detach NAME LOG COMMAND…: in a session of its own, with the lock of the stack let go.
detach() {
  local name=$1 log=$2
  shift 2
  (
    cd "$VF_ROOT" || exit
    exec setsid nohup "$@" >>"$log" 2>&1 </dev/null 8>&-
  ) &
  record_pid "$name" $!
}

# now_ms prints milliseconds, for deadlines.
now_ms() { printf '%d' $((${EPOCHREALTIME/[.,]/} / 1000)); }

# wait_until MILLISECONDS COMMAND…
wait_until() {
  local deadline=$(($(now_ms) + $1))
  shift
  until "$@"; do
    if (($(now_ms) > deadline)); then return 1; fi
    sleep 0.1
  done
}

none_alive() {
  local pid
  for pid in "$@"; do
    if is_alive "$pid"; then return 1; fi
  done
}

# await_end NAME: one that was killed a moment ago and is no longer running has let go of everything
# when this returns. It has no directory any more, which a stranger under its old id has.
await_end() {
  local pid
  pid=$(pid_of "$1")
  if [[ -n $pid && ! -e /proc/$pid/cwd ]]; then wait_until 5000 none_alive "$pid" || true; fi
}

# stop_processes SIGNAL MILLISECONDS PID…: asks, waits, then kills. Says so when it had to.
stop_processes() {
  local signal=$1 deadline=$2
  shift 2
  (($# > 0)) || return 0
  kill -s "$signal" -- "$@" 2>/dev/null || true
  # A stopped process takes its signal only when it runs again.
  kill -s CONT -- "$@" 2>/dev/null || true
  if ! wait_until "$deadline" none_alive "$@"; then
    warn "   still there after $((deadline / 1000)) s, killed: $*"
    kill -s KILL -- "$@" 2>/dev/null || true
    wait_until 5000 none_alive "$@" || warn "   not even a kill ended: $*"
  fi
}
