# shellcheck shell=bash
# A private PostgreSQL cluster for this stack, for development: fsync on, loopback only, no
# passwords. PostgreSQL refuses to run as root; then the user `postgres` runs it.

postgres_data() { printf '%s/postgres' "$VF_RUN"; }

# postgres_url [ROLE]: who owns everything, or a service's role.
postgres_url() { printf 'postgresql://%s@127.0.0.1:%s/vf' "${1:-vf}" "$(port POSTGRES)"; }

as_postgres=()
if [[ $(id -u) == 0 ]]; then
  as_postgres=(setpriv --reuid=postgres --regid=postgres --init-groups --)
fi

# The server of the version that made the data.
postgres_bin() {
  local data version
  data=$(postgres_data)
  if [[ -f $data/PG_VERSION ]]; then
    version=$(<"$data/PG_VERSION")
    if [[ -x /usr/lib/postgresql/$version/bin/postgres ]]; then
      printf '/usr/lib/postgresql/%s/bin' "$version"
      return
    fi
  fi
  printf '%s' "$VF_PG_BIN"
}

# Root's checkout may lie where the user `postgres` cannot go. The data is then kept under /tmp, in
# a directory named after the stack, with a link in its place.
make_postgres_data() {
  local data elsewhere
  data=$(postgres_data)
  if [[ -e $data/PG_VERSION ]]; then return; fi
  rm -rf "$data"
  if [[ $(id -u) == 0 ]]; then
    chmod a+x "$VF_RUN"
    if "${as_postgres[@]}" test -x "$VF_RUN"; then
      install -d -o postgres -g postgres -m 0700 "$data"
    else
      elsewhere=/tmp/vibefollow-postgres-$(printf '%s' "$VF_RUN" | sha256sum | cut -c 1-12)
      rm -rf "$elsewhere"
      # Without -p: a directory somebody else put there first must not be used.
      mkdir -m 0700 "$elsewhere"
      chown postgres:postgres "$elsewhere"
      ln -s "$elsewhere" "$data"
    fi
  else
    mkdir -m 0700 "$data"
  fi
  (cd / && "${as_postgres[@]}" "$VF_PG_BIN/initdb" -D "$(readlink -f "$data")" -U vf --auth=trust \
    --encoding=UTF8 --locale=C.UTF-8 --no-instructions) >>"$VF_RUN/log/postgres.log" 2>&1 || {
    tail -n 20 "$VF_RUN/log/postgres.log" >&2
    die "initdb failed"
  }
}

postgres_pid() {
  local data
  data=$(readlink -f "$(postgres_data)") || return 0
  # The directory is the postgres user's own: head reads it as root or as the same user.
  if [[ -f $data/postmaster.pid ]]; then head -n 1 "$data/postmaster.pid"; fi
}

# A postmaster works in its data directory.
is_postgres_running() {
  local data
  data=$(readlink -f "$(postgres_data)") || return 1
  is_ours "$(postgres_pid)" "$data"
}

# postgres_processes DATA: the server and its children; both work in the data directory.
postgres_processes() {
  local data=$1 where pid
  for where in /proc/[0-9]*/cwd; do
    pid=${where#/proc/}
    pid=${pid%/cwd}
    if [[ $where -ef $data ]] && is_alive "$pid"; then printf '%s\n' "$pid"; fi
  done
}

is_postgres_gone() { [[ -z $(postgres_processes "$1") ]]; }

# After a kill of the server its children take a moment to notice, as long as the statement at hand
# takes, and PostgreSQL will not start beside them: they hold the shared memory. It also takes a dead
# server that nobody has reaped for a living one.
clear_postgres_remains() {
  local data=$1 orphans
  if [[ ! -f $data/postmaster.pid ]]; then return; fi
  if ! wait_until 5000 is_postgres_gone "$data"; then
    # The server's own order to its children when one of them has crashed: end, and write nothing.
    mapfile -t orphans < <(postgres_processes "$data")
    stop_processes QUIT 5000 "${orphans[@]}"
    is_postgres_gone "$data" || die "a PostgreSQL without its server is in $data"
  fi
  rm -f "$data/postmaster.pid"
}

is_postgres_ready() {
  "$(postgres_bin)/pg_isready" -q -h 127.0.0.1 -p "$(port POSTGRES)" -U vf -d postgres
}

# start_postgres; await_postgres: apart, so that the broker starts in the meantime.
start_postgres() {
  local data options
  make_postgres_data
  if is_postgres_running; then return; fi
  data=$(readlink -f "$(postgres_data)")
  # What remains may hold the port too, and an address that changes is lost to who knows it.
  clear_postgres_remains "$data"
  forget_port_if_taken POSTGRES
  # More memory than the server's own default, for whom that is worth it.
  read -ra options <<<"${POSTGRES_OPTIONS:-}"
  detach postgres "$VF_RUN/log/postgres.log" \
    "${as_postgres[@]}" "$(postgres_bin)/postgres" -D "$data" -p "$(port POSTGRES)" \
    -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c max_connections=100 \
    -c timezone=UTC -c log_timezone=UTC "${options[@]}"
}

is_postgres_ready_or_dead() {
  is_postgres_ready || { ! is_running postgres && ! is_postgres_running; }
}

await_postgres() {
  local exists
  wait_until 60000 is_postgres_ready_or_dead || true
  if ! is_postgres_ready; then
    tail -n 20 "$VF_RUN/log/postgres.log" >&2
    die "PostgreSQL did not become ready"
  fi
  record_pid postgres "$(postgres_pid)"
  exists=$("$(postgres_bin)/psql" -XAtq -h 127.0.0.1 -p "$(port POSTGRES)" -U vf -d postgres \
    -c "SELECT 1 FROM pg_database WHERE datname = 'vf'")
  if [[ $exists != 1 ]]; then
    "$(postgres_bin)/createdb" -h 127.0.0.1 -p "$(port POSTGRES)" -U vf vf
  fi
}

# SIGINT is PostgreSQL's fast shutdown: connections are ended, data is written.
stop_postgres() {
  if is_postgres_running; then stop_processes INT 30000 "$(postgres_pid)"; fi
  rm -f "$(pid_path postgres)"
}

wipe_postgres() {
  local data
  data=$(postgres_data)
  if [[ -L $data ]]; then rm -rf "$(readlink "$data")"; fi
  rm -rf "$data"
}
