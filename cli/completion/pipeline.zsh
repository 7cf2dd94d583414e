# Completes the command line of pipeline.ts, whichever command starts it. Put into ~/.zshrc, after compinit:
#   source <(npx tsx pipeline.ts completion zsh)
_pipeline_ts() {
  local at=${words[(i)*pipeline.ts]}
  local -a found
  if ((at < CURRENT)); then
    found=(${(f)"$("${(@)words[1,at]}" complete -- "${(@)words[at+1,CURRENT]}" 2> /dev/null)"})
  fi
  if ((${#found} == 0)); then
    _default
  else
    compadd -S '' -- ${(M)found:#*/}
    compadd -- ${found:#*/}
  fi
}
compdef _pipeline_ts npx tsx
