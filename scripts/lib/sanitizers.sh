# shellcheck shell=bash
# What the runtimes of the sanitizers are told, for scripts/test --sanitize.

# sanitizer_preset address|thread
sanitizer_preset() {
  case $1 in
    address) printf asan ;;
    thread) printf tsan ;;
    *) return 1 ;;
  esac
}

# Each report ends in an exit status that is not 0. Suppressions are for libraries that are not ours
# and not instrumented; every line says why.
set_sanitizer_options() {
  local symbolizer
  symbolizer=$(command -v llvm-symbolizer-19 || true)
  export ASAN_OPTIONS=strict_string_checks=1:check_initialization_order=1
  export UBSAN_OPTIONS=print_stacktrace=1
  export TSAN_OPTIONS=second_deadlock_stack=1:suppressions=$VF_ROOT/cmake/sanitizers/thread.supp
  if [[ -n $symbolizer ]]; then
    ASAN_OPTIONS+=:external_symbolizer_path=$symbolizer
    UBSAN_OPTIONS+=:external_symbolizer_path=$symbolizer
    TSAN_OPTIONS+=:external_symbolizer_path=$symbolizer
  fi
}
