// The same search for OpenSSH on Windows, in PowerShell 5.1. Prints what the POSIX script prints. Not verified on real
// Windows. Source: Microsoft, Get-ChildItem, Win32_Process; about_PowerShell_exe (-EncodedCommand).

export const USUAL_WINDOWS_PLACES: readonly string[] = [
  'C:\\IBM',
  'C:\\HCL',
  'C:\\Program Files\\IBM',
  'C:\\Program Files\\HCL',
  'C:\\Program Files (x86)\\IBM',
  'C:\\Program Files (x86)\\HCL',
  'D:\\IBM',
  'D:\\HCL',
];

/** A literal of PowerShell; typographic quotes end it as well. */
const literal = (text: string): string => `'${text.replaceAll(/['\u2018-\u201B]/gu, '$&$&')}'`;
const list = (texts: readonly string[]): string => `@(${texts.map(literal).join(',')})`;

/** Folders that are skipped are not left out of the walk, only of the result: PowerShell 5.1 cannot prune. */
export function windowsScan(
  names: readonly string[],
  skipped: readonly string[],
  roots: readonly string[],
): readonly string[] {
  const script = `$ErrorActionPreference='SilentlyContinue'
"s $([Environment]::OSVersion.VersionString)";"h $env:COMPUTERNAME"
Get-CimInstance Win32_Process -Filter "Name='java.exe'"|%{if($_.CommandLine -match '-Duser\\.install\\.root=([^"]+?)("| -)'){"r $($Matches[1])"}}
$n=${list(names)}
$x='\\\\(${skipped.join('|')})\\\\'
foreach($r in ${list(roots)}){if(Test-Path -LiteralPath $r){"w $r"
Get-ChildItem -LiteralPath $r -Recurse -Force|?{($n -contains $_.Name) -and ($_.FullName -notmatch $x)}|%{"f $($_.FullName)"}}}
`;
  const encoded = Buffer.from(script, 'utf16le').toString('base64');
  return ['powershell.exe', '-NoProfile', '-NonInteractive', '-InputFormat', 'None', '-EncodedCommand', encoded];
}
