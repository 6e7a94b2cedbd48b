#!/bin/sh
# Debian packages that tests of the command line need; arguments: their names. Status 0: they are there now.
set -eu
export DEBIAN_FRONTEND=noninteractive
install() { apt-get install -y --no-install-recommends "$@" >/dev/null 2>&1; }
[ "$(id -u)" = 0 ] && command -v apt-get >/dev/null || exit 1
install "$@" || { apt-get update >/dev/null 2>&1 && install "$@"; }
