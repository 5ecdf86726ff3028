# shellcheck shell=bash
# A clock that is ahead, for scripts/test: set_clock_ahead, and are_clocks_ahead once the stores run.

# set_clock_ahead DAYS FOLDER: everything that is started from here on sees the later clock. The
# library is put into the folder, because PostgreSQL's user may not be let into a checkout of root.
set_clock_ahead() {
  local days=$1 folder=$2 library=libvf_clock_ahead.so
  chmod 0755 "$folder"
  install -m 0755 "$VF_BUILDS/dev/tests/support/$library" "$folder"
  export CLOCK_AHEAD_SECONDS=$((days * 86400))
  export LD_PRELOAD=$folder/$library${LD_PRELOAD:+:$LD_PRELOAD}
}

# What the clocks say themselves, in seconds. The broker's is that of its last line in the log.
clocks() {
  # shellcheck source=/dev/null
  source "$VF_TOOLCHAIN"
  # shellcheck source=/dev/null
  source "$VF_RUN_DIR/stores.env"
  say "date $(date +%s)"
  say "python $(python3 -c 'import time; print(int(time.time()))')"
  say "PostgreSQL $("$VF_PG_BIN/psql" "$VF_DATABASE_URL" -XAtqc \
    'SELECT extract(epoch FROM now())::bigint')"
  say "broker $(date +%s -d "$(grep -oE '^[0-9-]{10}T[0-9:]{8}' "$VF_RUN_DIR/log/broker.log" |
    tail -n 1)")"
}

# A program that did not take the library would pass its tests on today's date.
are_clocks_ahead() {
  local name said today off right=0
  today=$(env -u LD_PRELOAD date +%s)
  while read -r name said; do
    off=$((said - today - CLOCK_AHEAD_SECONDS))
    if ((off > -600 && off < 600)); then
      right=$((right + 1))
    else
      warn "the clock of $name is $((said - today)) s ahead, not $CLOCK_AHEAD_SECONDS s"
    fi
  done < <(clocks)
  ((right == 4))
}
