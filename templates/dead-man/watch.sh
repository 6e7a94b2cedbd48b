# Dead man's revert, started on a host before a risky change by strictstep: gives files back what they had and starts the
# server again, unless it is told in time that all is well. Arguments: its folder. In it:
#   armed       two numbers: a generation and seconds; a new generation starts the count anew
#   settled/    made by whoever comes first: this program before it changes anything, or the one who proved health
#   cancelled   made by the latter
#   N.path N.backup N.sum   file N: where it belongs, what it was, and the cksum of that
#   restart.sh  what starts the server again
#   N.found     what file N was when it was given back, without passwords
#   reverted    made at the end, with what was done
# Counts its own sleeps: neither a wrong clock nor a changed one hurries or delays it. POSIX sh; no GNU options.
LC_ALL=C
export LC_ALL
umask 077
folder=$1
generation=none
left=1
while [ "$left" -gt 0 ]; do
  if [ -d "$folder/settled" ]; then exit 0; fi
  if [ ! -f "$folder/armed" ]; then exit 0; fi
  read now seconds < "$folder/armed"
  case $seconds in '' | *[!0-9]*) seconds=0 ;; esac
  if [ "$now" != "$generation" ]; then
    generation=$now
    left=$seconds
  fi
  if [ "$left" -gt 0 ]; then
    sleep 1
    left=`expr "$left" - 1`
  fi
done
mkdir "$folder/settled" 2>/dev/null || exit 0
exec >> "$folder/log" 2>&1

# All backups are proved before the first file is touched.
sum_of() { cksum < "$1"; }
number=1
while [ -f "$folder/$number.path" ]; do
  if [ "`sum_of "$folder/$number.backup"`" != "`cat "$folder/$number.sum"`" ]; then
    echo "the backup of `cat "$folder/$number.path"` is damaged; nothing was changed"
    echo damaged > "$folder/reverted"
    exit 1
  fi
  number=`expr "$number" + 1`
done

number=1
failed=no
while [ -f "$folder/$number.path" ]; do
  path=`cat "$folder/$number.path"`
  if [ "`sum_of "$path" 2>/dev/null`" != "`cat "$folder/$number.sum"`" ]; then
    # Kept as evidence, without passwords.
    sed 's/\(PASSWORD[A-Za-z_]*=\).*/\1[secret]/' "$path" > "$folder/$number.found" 2>/dev/null
    # Into the same folder and then renamed: a reader sees the old file or the new one. The file there gives owner and mode.
    if cp -p "$path" "$path.strictstep-revert" 2>/dev/null || cp -p "$folder/$number.backup" "$path.strictstep-revert"; then
      cat "$folder/$number.backup" > "$path.strictstep-revert" && mv -f "$path.strictstep-revert" "$path" || failed=yes
    else
      failed=yes
    fi
    echo "$path was given back"
  fi
  number=`expr "$number" + 1`
done
if [ "$failed" = yes ]; then
  # The backups stay: somebody needs them now.
  echo failed > "$folder/reverted"
  exit 1
fi
rm -f "$folder"/*.backup
sh "$folder/restart.sh" < /dev/null
echo "done $?" > "$folder/reverted"
