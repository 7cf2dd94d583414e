# Completes the command line of pipeline.ts, whichever command starts it. Put into ~/.bashrc:
#   source <(npx tsx pipeline.ts completion bash)
_pipeline_ts() {
  local -a words
  read -ra words <<< "${COMP_LINE:0:COMP_POINT}"
  [[ ${COMP_LINE:COMP_POINT-1:1} == ' ' ]] && words+=('')
  local at
  for at in "${!words[@]}"; do [[ ${words[at]} == *pipeline.ts ]] && break; done
  ((at + 1 < ${#words[@]})) || return
  mapfile -t COMPREPLY < <("${words[@]:0:at+1}" complete -- "${words[@]:at+1}" 2> /dev/null)
  [[ ${#COMPREPLY[@]} -eq 1 && ${COMPREPLY[0]} == */ ]] && compopt -o nospace
  # Bash replaces only what stands behind the last =.
  local last=${words[-1]}
  local kept=${last%"${last##*=}"}
  COMPREPLY=("${COMPREPLY[@]#"$kept"}")
}
complete -o default -F _pipeline_ts npx tsx
