# Completes the command line of pipeline.ts, whichever command starts it. Put into ~/.config/fish/config.fish:
#   npx tsx pipeline.ts completion fish | source
function __pipeline_ts_at
    set -l names (string match -r '.*pipeline\.ts$' -- (commandline -opc))
    and contains -i -- $names[1] (commandline -opc)
end
function __pipeline_ts
    set -l words (commandline -opc) (commandline -ct)
    set -l at (__pipeline_ts_at)
    $words[1..$at] complete -- $words[(math $at + 1)..-1] 2>/dev/null
end
for command in npx tsx
    complete -c $command -n __pipeline_ts_at -f -a '(__pipeline_ts)'
end
