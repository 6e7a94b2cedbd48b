#!/bin/sh
# The packet in a real browser. Installs Debian's Chromium when it is missing and we may. When there is none, nothing ran:
# that is said loudly, and in CI (CI=true) it is a failure.
set -eu
cd "$(dirname "$0")/../.."
browser=${CHROMIUM:-$(command -v chromium || true)}
if [ -z "$browser" ] && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  echo 'no Chromium here: installing the one of Debian' >&2
  { apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends chromium; } >/dev/null 2>&1 || true
  browser=$(command -v chromium || true)
fi
if [ -z "$browser" ] || ! command -v "$browser" >/dev/null; then
  echo '*** NOT RUN: the browser tests of the packet. No Chromium here, and it cannot be installed. Set CHROMIUM to one. ***' >&2
  [ "${CI:-}" = true ] && exit 1
  exit 0
fi
CHROMIUM=$browser exec node test/browser/packet.browser.ts
