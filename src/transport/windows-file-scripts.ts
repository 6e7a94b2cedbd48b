// The scripts behind the file methods on Windows, for PowerShell 5.1 (.NET 4.5) and newer: the same exit statuses and the same
// output as file-scripts.ts. Access lists stay or are taken from the file or folder `like`; there are no mode bits, so mode
// reads 0000. Arguments are in $a. Not verified on real Windows.
import { FILE_EXIT } from './file-scripts.ts';

const BASE = `$ErrorActionPreference='Stop'
function hex($f){$s=[IO.File]::OpenRead($f);try{-join([Security.Cryptography.SHA256]::Create().ComputeHash($s)|%{$_.ToString('x2')})}finally{$s.Close()}}
function take($f){$i=[Console]::OpenStandardInput();$o=New-Object IO.FileStream($f,'CreateNew','Write','None');try{$i.CopyTo($o);$o.Flush($true)}finally{$o.Close()}}
function drop($f){if([IO.File]::Exists($f)){[IO.File]::Delete($f)}}
`;

/** Sets $at to the attributes of the file. */
const NEED = `try{$at=[IO.File]::GetAttributes($a[0])}
catch [IO.FileNotFoundException],[IO.DirectoryNotFoundException]{exit ${FILE_EXIT.absent}}
catch{exit ${FILE_EXIT.unreadable}}
if($at -band [IO.FileAttributes]::Directory){exit ${FILE_EXIT.notRegular}}
`;
const NO_LINK = `if($at -band [IO.FileAttributes]::ReparsePoint){exit ${FILE_EXIT.notRegular}}
`;
/** Those that an earlier session left behind. */
const TIDY = `Get-ChildItem -LiteralPath ([IO.Path]::GetDirectoryName($a[0])) -Filter (([IO.Path]::GetFileName($a[0]))+'.strictstep-temp-*')|Remove-Item -Force
`;

const READ = `${NEED}try{$i=[IO.File]::OpenRead($a[0])}catch{exit ${FILE_EXIT.unreadable}}
$o=[Console]::OpenStandardOutput();$i.CopyTo($o);$o.Flush()
`;
const FACTS = `${NEED}$acl=Get-Acl -LiteralPath $a[0];$t=[Security.Principal.SecurityIdentifier]
[Console]::Out.Write((hex $a[0])+"\`n---------- "+$acl.GetOwner($t)+' '+$acl.GetGroup($t)+' '+(New-Object IO.FileInfo($a[0])).Length+"\`n")
`;
const REPLACE = `${NEED}${NO_LINK}${TIDY}$p,$b,$t,$d,$folder,$was=$a
if($was -and (hex $p) -ne $was){exit ${FILE_EXIT.changedMeanwhile}}
try{take $t}catch{drop $t;exit ${FILE_EXIT.writeFailed}}
if((hex $t) -ne $d){drop $t;exit ${FILE_EXIT.digestDiffers}}
try{if(-not [IO.File]::Exists($b)){$x=$t+'.b';[IO.File]::Copy($p,$x);Set-Acl -LiteralPath $x -AclObject (Get-Acl -LiteralPath $p)
if((hex $x) -ne (hex $p)){throw 'differs'};[IO.File]::Move($x,$b)}}catch{drop $t;drop ($t+'.b');exit ${FILE_EXIT.backupFailed}}
try{[IO.File]::Replace($t,$p,[NullString]::Value)}catch{drop $t;exit ${FILE_EXIT.writeFailed}}
`;
const CREATE = `$p,$t,$d,$l,$m=$a
if([IO.File]::Exists($p) -or [IO.Directory]::Exists($p)){exit ${FILE_EXIT.exists}}
if(-not ([IO.File]::Exists($l) -or [IO.Directory]::Exists($l))){exit ${FILE_EXIT.absent}}
${TIDY}try{take $t}catch{drop $t;exit ${FILE_EXIT.writeFailed}}
if((hex $t) -ne $d){drop $t;exit ${FILE_EXIT.digestDiffers}}
try{if([IO.File]::Exists($l)){Set-Acl -LiteralPath $t -AclObject (Get-Acl -LiteralPath $l)}}catch{drop $t;exit ${FILE_EXIT.notKept}}
try{[IO.File]::Move($t,$p)}catch{drop $t;exit ${FILE_EXIT.writeFailed}}
`;
const REMOVE = `if(-not [IO.File]::Exists($a[0])){exit 0}
${NEED}${NO_LINK}if((hex $a[0]) -ne $a[1]){exit ${FILE_EXIT.digestDiffers}}
try{[IO.File]::Delete($a[0])}catch{exit ${FILE_EXIT.writeFailed}}
`;
const PLACE_PRIVATE = `$f=[IO.Path]::Combine([IO.Path]::GetTempPath(),$a[0]);$p=[IO.Path]::Combine($f,$a[1])
if([IO.Directory]::Exists($f)){exit ${FILE_EXIT.writeFailed}}
try{[void][IO.Directory]::CreateDirectory($f);take $p}catch{exit ${FILE_EXIT.writeFailed}}
if((hex $p) -ne $a[2]){[IO.Directory]::Delete($f,$true);exit ${FILE_EXIT.digestDiffers}}
[Console]::Out.Write($p+"\`n")
`;
const REMOVE_PRIVATE = `if([IO.Directory]::Exists($a[0])){drop ([IO.Path]::Combine($a[0],$a[1]));[IO.Directory]::Delete($a[0])}
`;

export const WINDOWS_FILE_SCRIPTS = {
  read: BASE + READ,
  facts: BASE + FACTS,
  replace: BASE + REPLACE,
  create: BASE + CREATE,
  remove: BASE + REMOVE,
  placePrivate: BASE + PLACE_PRIVATE,
  removePrivate: BASE + REMOVE_PRIVATE,
} as const;
