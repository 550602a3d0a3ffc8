/** What each shell is to run at its start; all of them ask the program itself how a word can go on. */
export const completionScripts = {
  bash: `# Completion of atelier for bash: put  eval "$(atelier completion bash)"  into ~/.bashrc.
_atelier() {
  local line=\${COMP_LINE:0:COMP_POINT} kept='' value rest
  local -a words
  read -ra words <<<"$line"
  [[ $line == *[[:space:]] ]] && words+=('')
  local current=\${words[\${#words[@]}-1]}
  # Bash replaces only what stands behind the last character that breaks words.
  [[ $COMP_WORDBREAKS == *=* ]] && kept=\${current%"\${current##*[=:@]}"}
  COMPREPLY=()
  while IFS=$'\\t' read -r value rest; do
    [[ -n $kept && $value != "$kept"* ]] || COMPREPLY+=("\${value#"$kept"}")
  done < <("\${words[0]}" __complete "\${words[@]:1}" 2>/dev/null)
  [[ \${#COMPREPLY[@]} -eq 1 && \${COMPREPLY[0]} == *[=.] ]] && compopt -o nospace 2>/dev/null
  return 0
}
complete -o default -F _atelier atelier
`,
  zsh: `#compdef atelier
# Completion of atelier for zsh: put  eval "$(atelier completion zsh)"  into ~/.zshrc, behind compinit.
_atelier() {
  local -a lines open whole open_shown whole_shown
  local line value
  lines=("\${(@f)$(\${(Q)words[1]} __complete "\${(@Q)words[2,CURRENT]}" 2>/dev/null)}")
  for line in $lines; do
    value=\${line%%$'\\t'*}
    if [[ $value == *[=.] ]]; then
      open+=("$value")
      open_shown+=("$value  \${line#*$'\\t'}")
    else
      whole+=("$value")
      whole_shown+=("$value  \${line#*$'\\t'}")
    fi
  done
  if (( \${#open} + \${#whole} == 0 )); then
    _files
    return
  fi
  (( \${#open} )) && compadd -S '' -l -d open_shown -a open
  (( \${#whole} )) && compadd -l -d whole_shown -a whole
  return 0
}
compdef _atelier atelier
`,
  fish: `# Completion of atelier for fish: put  atelier completion fish | source  into ~/.config/fish/config.fish.
function __atelier_complete
    set -l words (commandline -opc) (commandline -ct)
    set -l found ($words[1] __complete $words[2..-1] 2>/dev/null)
    if test (count $found) -eq 0
        __fish_complete_path (commandline -ct)
    else
        printf '%s\\n' $found
    end
end
complete -c atelier -f -a '(__atelier_complete)'
`,
} as const
