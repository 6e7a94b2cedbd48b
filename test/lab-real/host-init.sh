#!/bin/sh
# The first process of one host: own mounts, users and names, then OpenSSH in the foreground. It runs in new mount, pid, uts,
# ipc and network namespaces, so nothing here reaches the machine. Arguments: host, lab folder, checkout, address, names
# of all hosts for /etc/hosts ("address name,address name"), service user's id, database user's id.
set -eu
host=$1 lab=$2 checkout=$3 address=$4 names=$5 service=$6 database=$7
own=$lab/hosts/$host
mount --make-rprivate /
hostname "$host"

# The programs of this folder, wherever the checkout lies, below /tmp too, and whoever may look into the folders above it.
run=$(mktemp -d)
mount -t tmpfs -o mode=755 tmpfs "$run"
mkdir -m 755 "$run/sshd" "$run/etc" "$run/checkout"
for part in src templates node_modules test; do
  mkdir "$run/checkout/$part"
  mount --bind "$checkout/$part" "$run/checkout/$part"
  mount -o remount,bind,ro "$run/checkout/$part"
done
cp "$checkout/package.json" "$run/checkout/"

# A /tmp of its own, in which of the lab only this host's folder and the shared one can be seen.
stage=$(mktemp -d)
mount -t tmpfs -o mode=1777 tmpfs "$stage"
for kept in "$own" "$lab/shared"; do
  case $kept in
    /tmp/*) mkdir -p "$stage/${kept#/tmp/}" && mount --bind "$kept" "$stage/${kept#/tmp/}" ;;
  esac
done
# -n: the table of mounts below /run is gone with it.
mount -n --move "$run" /run
mount -n --move "$stage" /tmp
mount -t tmpfs -o mode=755 tmpfs /home
mkdir -p "$own/home/wasadmin" && ln -s "$own/home/wasadmin" /home/wasadmin

# Users of this host only.
cp /etc/passwd /etc/group /etc/shadow /run/etc/
printf 'wasadmin:x:%s:%s::/home/wasadmin:/bin/sh\ndb2inst1:x:%s:%s::/home:/bin/sh\n' \
  "$service" "$service" "$database" "$database" >>/run/etc/passwd
grep -q '^sshd:' /run/etc/passwd || echo 'sshd:x:4244:65534::/run/sshd:/usr/sbin/nologin' >>/run/etc/passwd
printf 'wasadmin:x:%s:\ndb2inst1:x:%s:\n' "$service" "$database" >>/run/etc/group
printf 'wasadmin:*:20000:0:99999:7:::\ndb2inst1:*:20000:0:99999:7:::\n' >>/run/etc/shadow
while IFS=: read -r name id hash; do
  printf '%s:x:%s:%s::/home/%s:/bin/sh\n' "$name" "$id" "$id" "$name" >>/run/etc/passwd
  printf '%s:x:%s:\n' "$name" "$id" >>/run/etc/group
  printf '%s:%s:20000:0:99999:7:::\n' "$name" "$hash" >>/run/etc/shadow
  mkdir -m 700 "/home/$name" && chown "$id:$id" "/home/$name"
done <"$own/etc/ssh/log-ins"
chmod 600 /run/etc/shadow
cp "$own/etc/ssh/sudoers" /run/etc/sudoers
chmod 440 /run/etc/sudoers
printf '127.0.0.1 localhost\n' >/run/etc/hosts
echo "$names" | tr ',' '\n' >>/run/etc/hosts
for file in passwd group shadow hosts sudoers; do mount --bind "/run/etc/$file" "/etc/$file"; done

ip link set lo up
# The link is put into this name space by the one who made it.
tries=0
until ip link show eth0 >/dev/null 2>&1; do
  tries=$((tries + 1))
  [ "$tries" -lt 200 ] || { echo "host $host: no link" >&2; exit 1; }
  sleep 0.05
done
ip addr add "$address/24" dev eth0
ip link set eth0 up

if [ -x "$own/start-database" ]; then
  setpriv --reuid="$database" --regid="$database" --clear-groups "$own/start-database" </dev/null >"$own/database.log" 2>&1 &
fi
exec /usr/sbin/sshd -D -e -f "$own/etc/ssh/sshd_config"
