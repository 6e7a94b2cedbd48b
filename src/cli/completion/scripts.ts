// What a shell loads once. All of them ask the program itself at every Tab, so new verbs, flags and runs are there at
// once. Sources: bash manual "Programmable Completion Builtins", zshcompsys(1), fish "Writing your own completions".

const BASH = String.raw`# strictstep completion for bash
_strictstep() {
  local line also=none current="\${COMP_WORDS[COMP_CWORD]}"
  [[ $current == = ]] && current=
  COMPREPLY=()
  while IFS= read -r line; do
    case $line in
      :*) also=\${line#:} ;;
      *) COMPREPLY+=("$(printf %q "\${line%%$'\t'*}")") ;;
    esac
  done < <("\${COMP_WORDS[0]}" __complete "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
  case $also in
    files) compopt -o filenames; mapfile -t -O "\${#COMPREPLY[@]}" COMPREPLY < <(compgen -f -- "$current") ;;
    folders) compopt -o filenames; mapfile -t -O "\${#COMPREPLY[@]}" COMPREPLY < <(compgen -d -- "$current") ;;
  esac
}
complete -F _strictstep strictstep
`;

const ZSH = String.raw`#compdef strictstep
# strictstep completion for zsh
_strictstep() {
  local line also=none
  local -a candidates
  while IFS= read -r line; do
    case $line in
      :*) also=\${line#:} ;;
      *) candidates+=("\${\${line%%$'\t'*}//:/\\:}:\${line#*$'\t'}") ;;
    esac
  done < <("\${(Q)words[1]}" __complete "\${(@Q)words[2,CURRENT]}" 2>/dev/null)
  (( $#candidates )) && _describe -t candidates strictstep candidates
  # Behind "--flag=" the path begins after the sign.
  [[ $PREFIX == --*=* ]] && compset -P '*='
  case $also in
    files) _files ;;
    folders) _files -/ ;;
  esac
}
if [[ $funcstack[1] == _strictstep ]]; then
  _strictstep "$@"
else
  compdef _strictstep strictstep
fi
`;

const FISH = String.raw`# strictstep completion for fish
function __strictstep_complete
  set -l words (commandline -opc)
  set -l current (commandline -ct)
  for line in ($words[1] __complete $words[2..-1] "$current" 2>/dev/null)
    switch $line
      case ':files'
        __fish_complete_path (string replace -r -- '^--[^=]*=' '' "$current")
      case ':folders'
        __fish_complete_directories (string replace -r -- '^--[^=]*=' '' "$current")
      case ':none'
      case '*'
        echo $line
    end
  end
end
complete -c strictstep -f -a '(__strictstep_complete)'
`;

// In a raw template "\${" is the only way to write "${"; the backslash stays and is taken away here.
const asWritten = (text: string): string => text.replaceAll(String.raw`\${`, '${');

export const COMPLETION_SCRIPTS = { bash: asWritten(BASH), zsh: asWritten(ZSH), fish: asWritten(FISH) } as const;
export const SHELLS = ['bash', 'zsh', 'fish'] as const;
