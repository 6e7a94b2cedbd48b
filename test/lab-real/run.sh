#!/bin/sh
# The real-parts lab: OpenSSH hosts in name spaces, Jython, JSSE, Derby, Prosody, NSS. Everything runs in a network, mount and pid name space
# of its own, so that nothing of it is left when it ends, however it ends. Arguments go to vitest.
set -eu
cd "$(dirname "$0")/../.."

not_run() {
  echo "*** NOT RUN *** the real-parts lab: $1. None of its tests was run; they do not count as passed."
  exit 0
}
missing() {
  for file in /usr/sbin/sshd /usr/bin/ssh-keygen /usr/share/java/derbynet.jar /usr/share/java/derbytools.jar \
    /usr/share/java/jython.jar /usr/bin/javac /usr/bin/unshare /usr/bin/nsenter /usr/bin/ps /usr/bin/sudo /usr/bin/openssl \
    /usr/bin/prosody /usr/bin/selfserv /usr/bin/certutil /usr/bin/pk12util; do
    [ -e "$file" ] || { echo "$file"; return; }
  done
  command -v ip >/dev/null || echo ip
}
install() {
  # shellcheck disable=SC2086
  DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends $packages >/dev/null 2>&1
}

[ "$(id -u)" = 0 ] || not_run 'it needs root to make name spaces'
folder=$(mktemp -d /tmp/strictstep-real.XXXXXX)
policy=/usr/sbin/policy-rc.d
made=
trap 'rm -rf "$folder"; [ -z "$made" ] || rm -f "$policy"' EXIT
if [ -n "$(missing)" ] && command -v apt-get >/dev/null; then
  packages='openssh-server openssh-client libderby-java derby-tools jython openjdk-17-jdk-headless iproute2 util-linux procps sudo openssl
    prosody lua-unbound libnss3-tools'
  # Only the programs are wanted, not an SSH server of this machine.
  [ -e "$policy" ] || { made=yes; printf '#!/bin/sh\nexit 101\n' >"$policy"; chmod 755 "$policy"; }
  install || { apt-get update >/dev/null 2>&1 && install; } || true
fi
[ -z "$(missing)" ] || not_run "$(missing) is not there and could not be installed from Debian packages"
unshare --net --mount --pid --fork --mount-proc true 2>/dev/null || not_run 'this machine does not let root make name spaces'

# --kill-child: everything in there ends when this unshare does, and the kernel takes the name spaces away.
chmod 755 "$folder"
TMPDIR=$folder NODE_COMPILE_CACHE=$PWD/node_modules/.cache/strictstep-tests unshare --net --mount --pid --fork --kill-child --mount-proc \
  node_modules/.bin/node node_modules/vitest/vitest.mjs run --config vitest.lab.config.ts "$@" &
child=$!
trap 'kill "$child"; wait "$child" || true; exit 130' INT TERM HUP
wait "$child"
