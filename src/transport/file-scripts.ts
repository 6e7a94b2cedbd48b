// The shell scripts behind the file methods. They must run in dash, ksh, bash and the old Bourne shell of Solaris: no
// `$(...)`, no `!`, no `[ -e`, `trap ... 0`. Tried with dash, bash, ksh93 and mksh, in which a trap on 0 that does not exit itself
// makes a success of a signal; AIX and Solaris from their manuals only.
import { PRIVATE_FOLDER } from '../core/host-folder.ts';

/** What the scripts say with their exit status. */
export const FILE_EXIT = {
  absent: 44,
  notRegular: 45,
  unreadable: 46,
  noDigestTool: 47,
  notKept: 48,
  digestDiffers: 49,
  backupFailed: 50,
  writeFailed: 51,
  exists: 52,
  changedMeanwhile: 53,
} as const;

/** How a script of ours reads its input: a shell that stays for such scripts has it already, and prints it without a program. */
export const INPUT = `
input() { if [ "\${strictstep_input+given}" = given ]; then printf %s "$strictstep_input"; else cat; fi; }
`;

/** "No such file" is only said when the nearest folder that exists can be searched: else nobody can tell. */
const FIND = `
LC_ALL=C; export LC_ALL
path=$1
require_file() {
  if [ -h "$path" ] && [ "$1" = no-link ]; then exit ${FILE_EXIT.notRegular}; fi
  if [ -f "$path" ]; then
    [ -r "$path" ] || exit ${FILE_EXIT.unreadable}
    return 0
  fi
  if [ -h "$path" ] || [ -d "$path" ] || [ -p "$path" ] || [ -c "$path" ] || [ -b "$path" ]; then
    exit ${FILE_EXIT.notRegular}
  fi
  above=\`dirname "$path"\`
  until [ -d "$above" ] || [ -f "$above" ] || [ "$above" = / ]; do above=\`dirname "$above"\`; done
  if [ -d "$above" ] && [ -x "$above" ]; then exit ${FILE_EXIT.absent}; fi
  if [ -f "$above" ]; then exit ${FILE_EXIT.absent}; fi
  exit ${FILE_EXIT.unreadable}
}
`;

/** The first tool that gives 64 digits: Linux, macOS and Perl, OpenSSL, Solaris, AIX. */
const DIGEST = `
hex_only() { sed -n 's/^\\([^ ]*= \\)*\\([0-9A-Fa-f]\\{64\\}\\).*/\\2/p' | tr 'A-F' 'a-f'; }
digest_with() {
  case $1 in
    csum) csum -h SHA256 "$2" ;;
    digest) digest -a sha256 "$2" ;;
    openssl) openssl dgst -sha256 < "$2" ;;
    shasum) shasum -a 256 < "$2" ;;
    *) sha256sum < "$2" ;;
  esac 2>/dev/null | hex_only
}
digest_of() {
  # The usual case without further programs.
  for word in \`sha256sum < "$1" 2>/dev/null\`; do
    case $word in ${'[0-9a-f]'.repeat(64)}) echo "$word"; return 0 ;; esac
  done
  for tool in sha256sum shasum openssl digest csum; do
    hex=\`digest_with $tool "$1"\`
    if [ -n "$hex" ]; then echo "$hex"; return 0; fi
  done
  return 1
}
`;

export const READ_FILE = `${FIND}
require_file
exec cat "$path"
`;

/** Prints digest, mode, user, group and size. */
export const FILE_FACTS = `${FIND}${DIGEST}
require_file
digest_of "$path" || exit ${FILE_EXIT.noDigestTool}
ls -ldnL "$path" | awk 'NR == 1 { print $1, $3, $4, $5 }'
`;

/** Arguments: path, backup path, temp path, digest, folder, digest of the bytes that the new ones were made from or ''. The
 * temp name is new for each call, and those of earlier calls are removed first: a script that a lost session left behind can
 * neither rename its file later nor that of its successor. Every program that is started costs the host some milliseconds. */
export const REPLACE_FILE = `${FIND}${DIGEST}${INPUT}
backup=$2
temp=$3
wanted=$4
folder=$5
was=$6
umask 077
require_file no-link
trap 's=$?; rm -f "$temp" "$temp.b"; exit $s' 0
trap 'exit 130' 1 2 3 13 15
flush() { sync "$@" 2>/dev/null || sync; }

for old in "$path".strictstep-temp-*; do
  if [ -f "$old" ]; then rm -f "$old" || exit ${FILE_EXIT.writeFailed}; fi
done
cp -p "$path" "$temp" || exit ${FILE_EXIT.writeFailed}
input > "$temp" || exit ${FILE_EXIT.writeFailed}
# Both digests by one program; when they are not as they should be, or it is another program, each for itself.
both=
if [ -n "$was" ]; then both=\`sha256sum "$path" "$temp" 2>/dev/null\`; fi
case $both in "$was  $path
$wanted  $temp") ;; *)
  if [ -n "$was" ]; then
    found=\`digest_of "$path"\` || exit ${FILE_EXIT.noDigestTool}
    [ "$found" = "$was" ] || exit ${FILE_EXIT.changedMeanwhile}
  fi
  found=\`digest_of "$temp"\` || exit ${FILE_EXIT.noDigestTool}
  [ "$found" = "$wanted" ] || exit ${FILE_EXIT.digestDiffers}
esac
# Owner and mode of both, from one ls, a line for each.
set -f
IFS='
'
set -- \`ls -ldn "$temp" "$path"\`
one=$1
other=$2
IFS=' '
set -- $one
seen="$1 $3 $4"
set -- $other
[ "$seen" = "$1 $3 $4" ] || exit ${FILE_EXIT.notKept}

flush "$temp"
# The backup is the old file itself, with all that belongs to it; a copy where a file cannot have two names.
if [ -f "$backup" ] || ln "$path" "$backup" 2>/dev/null; then :; else
  cp -p "$path" "$temp.b" && cmp -s "$path" "$temp.b" || exit ${FILE_EXIT.backupFailed}
  flush "$temp.b"
  mv -f "$temp.b" "$backup" || exit ${FILE_EXIT.backupFailed}
fi
mv -f "$temp" "$path" || exit ${FILE_EXIT.writeFailed}
trap 0
flush "$folder"
exit 0
`;

/** Arguments: path, temp path, digest, a file or folder whose owner the new one gets, mode. */
export const CREATE_FILE = `${DIGEST}${INPUT}
LC_ALL=C; export LC_ALL
path=$1
temp=$2
wanted=$3
like=$4
umask 077
if [ -f "$path" ] || [ -h "$path" ] || [ -d "$path" ]; then exit ${FILE_EXIT.exists}; fi
if [ -f "$like" ] || [ -d "$like" ]; then :; else exit ${FILE_EXIT.absent}; fi
trap 's=$?; rm -f "$temp"; exit $s' 0
trap 'exit 130' 1 2 3 13 15
owner_of() { ls -ldnL "$1" | awk 'NR == 1 { print $3 ":" $4 }'; }
flush() { sync "$1" 2>/dev/null || sync; }

rm -f "$path".strictstep-temp-* || exit ${FILE_EXIT.writeFailed}
input > "$temp" && chmod "$5" "$temp" || exit ${FILE_EXIT.writeFailed}
found=\`digest_of "$temp"\` || exit ${FILE_EXIT.noDigestTool}
[ "$found" = "$wanted" ] || exit ${FILE_EXIT.digestDiffers}
owner=\`owner_of "$like"\`
if [ "\`owner_of "$temp"\`" = "$owner" ]; then :; else chown "$owner" "$temp" || exit ${FILE_EXIT.notKept}; fi
flush "$temp"
mv -f "$temp" "$path" || exit ${FILE_EXIT.writeFailed}
flush "\`dirname "$path"\`"
exit 0
`;

/** Arguments: path, digest. */
export const REMOVE_FILE = `${FIND}${DIGEST}
if [ -f "$path" ] || [ -h "$path" ]; then :; else exit 0; fi
require_file no-link
found=\`digest_of "$path"\` || exit ${FILE_EXIT.noDigestTool}
[ "$found" = "$2" ] || exit ${FILE_EXIT.digestDiffers}
rm -f "$path" || exit ${FILE_EXIT.writeFailed}
exit 0
`;

/** Arguments: folder name, file name, digest. Prints the path. */
export const PLACE_PRIVATE_FILE = `${DIGEST}
LC_ALL=C; export LC_ALL
umask 077
case $HOME in /*) ;; *) exit ${FILE_EXIT.writeFailed} ;; esac
folder=${PRIVATE_FOLDER}/$1
mkdir -p "$folder" || exit ${FILE_EXIT.writeFailed}
trap 's=$?; rm -f "$folder/$2"; rmdir "$folder" && rmdir "${PRIVATE_FOLDER}" 2>/dev/null; exit $s' 0
trap 'exit 130' 1 2 3 13 15
cat > "$folder/$2" || exit ${FILE_EXIT.writeFailed}
found=\`digest_of "$folder/$2"\` || exit ${FILE_EXIT.noDigestTool}
[ "$found" = "$3" ] || exit ${FILE_EXIT.digestDiffers}
trap '' 1 2 3 13 15
echo "$folder/$2" || exit ${FILE_EXIT.writeFailed}
trap 0
exit 0
`;

/** Arguments: folder, file name. Both may be gone already. */
export const REMOVE_PRIVATE_FILE = `
if [ -h "$1" ]; then exit ${FILE_EXIT.notRegular}; fi
if [ -d "$1" ]; then rm -f "$1/$2" && rmdir "$1" || exit ${FILE_EXIT.writeFailed}; fi
# As long as others are in it, it stays.
rmdir "${PRIVATE_FOLDER}" 2>/dev/null
exit 0
`;
