#!/bin/sh
# The packet in a real browser. Installs Debian's Chromium when it is missing and we may; else says loudly that nothing ran.
set -eu
cd "$(dirname "$0")/../.."
browser=${CHROMIUM:-$(command -v chromium || true)}
if [ -z "$browser" ] && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  apt-get update >/dev/null && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends chromium >/dev/null
  browser=$(command -v chromium || true)
fi
if [ -z "$browser" ]; then
  echo 'NOT RUN: no Chromium here, and it cannot be installed without root on Debian. Set CHROMIUM to a browser.' >&2
  exit 1
fi
CHROMIUM=$browser exec node test/browser/packet.browser.ts
