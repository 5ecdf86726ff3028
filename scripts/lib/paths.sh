# shellcheck shell=bash
# Where things are. Sourced by every script; sets VF_ROOT, VF_RUN, VF_BUILDS and VF_CACHE and a few
# small functions, starts nothing and changes nothing but the environment.
#
# VF_RUN_DIR moves a whole stack (data, ports, logs, process ids) elsewhere, so that a test can have
# one of its own beside the developer's.
# shellcheck disable=SC2034 # who sources this uses them

VF_ROOT=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../.." && pwd -P)
VF_RUN=$(realpath -m -- "${VF_RUN_DIR:-$VF_ROOT/.run}")
# Absolute, because what we start works elsewhere.
if [[ -n ${VF_RUN_DIR:-} ]]; then export VF_RUN_DIR=$VF_RUN; fi
VF_BUILDS=$VF_ROOT/.run/build
VF_TOOLCHAIN=$VF_ROOT/.run/toolchain.env
export PYTHONDONTWRITEBYTECODE=1

# Maven, ccache and the cache directory all want a home; a cron job or a container may have none.
if [[ -z ${HOME:-} || ! -d ${HOME:-} || ! -w ${HOME:-} ]]; then
  HOME=$(getent passwd "$(id -u)" | cut -d: -f6 || true)
  if [[ -z $HOME || ! -d $HOME || ! -w $HOME ]]; then
    HOME=/tmp/vibefollow-home-$(id -u)
    mkdir -p "$HOME"
    chmod 0700 "$HOME"
  fi
fi
export HOME
VF_CACHE=${XDG_CACHE_HOME:-$HOME/.cache}/vibefollow

say() { printf '%s\n' "$*"; }
warn() { printf '%s\n' "$*" >&2; }
die() {
  warn "${0##*/}: $*"
  exit 1
}

# Seconds with one decimal since the given EPOCHREALTIME.
seconds_since() {
  local now=${EPOCHREALTIME/[.,]/} then=${1/[.,]/} tenths
  tenths=$(((now - then) / 100000))
  printf '%d.%d s' $((tenths / 10)) $((tenths % 10))
}

# A script's help is the comment it opens with.
usage() { sed -n '2,/^[^#]/{s/^# \{0,1\}//p}' "$1"; }

# What scripts/bootstrap found out about this machine; it is run first when it has not been.
use_toolchain() {
  if [[ ! -f $VF_TOOLCHAIN ]]; then
    "$VF_ROOT/scripts/bootstrap"
  fi
  # shellcheck source=/dev/null
  source "$VF_TOOLCHAIN"
  if [[ ! -d $VF_KAFKA_LIBS || ! -x $VF_PG_BIN/postgres ]]; then
    "$VF_ROOT/scripts/bootstrap"
    # shellcheck source=/dev/null
    source "$VF_TOOLCHAIN"
  fi
}

# Objects are remembered per machine, so a second checkout builds in a fraction of the time.
use_compiler_cache() {
  export CCACHE_DIR=${CCACHE_DIR:-$VF_CACHE/ccache} CCACHE_BASEDIR=${CCACHE_BASEDIR:-$VF_ROOT}
  # The line tables name the directory compiled in, which would tell every checkout from the next.
  export CCACHE_NOHASHDIR=1
}
