/** How the page looks: light and dark, on a phone and on paper. */
export const STYLE = `
:root { color-scheme: light dark; --text: #1b1b1b; --soft: #5a5a5a; --ground: #fbfbf9; --card: #fff; --line: #d9d9d4; --link: #00558a; --good: #00694d; --part: #8a5a00; --bad: #a33c00; }
@media screen and (prefers-color-scheme: dark) { :root { --text: #ececec; --soft: #b4b4b4; --ground: #17181a; --card: #222427; --line: #3b3e42; --link: #7cc4f5; --good: #5fd0ab; --part: #f0b95a; --bad: #ff9d6b; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 0 1rem 4rem; max-width: 72rem; overflow-wrap: break-word; background: var(--ground); color: var(--text); font: 1rem/1.55 'DejaVu Sans', Verdana, sans-serif; font-size: 0.94rem; }
h1 { font-size: 1.5rem; margin: 1.5rem 0 0.3rem; } h2 { font-size: 1.2rem; margin: 2rem 0 0.5rem; } sub, sup { line-height: 0; } h3 { font-size: 1.05rem; margin: 1.8rem 0 0.5rem; } h4 { font-size: 0.9rem; margin: 1rem 0 0.2rem; }
a { color: var(--link); } code { font-family: 'DejaVu Sans Mono', Menlo, Consolas, monospace; font-size: 0.88em; overflow-wrap: anywhere; }
nav { position: sticky; top: 0; padding: 0.5rem 0; background: var(--ground); border-bottom: 1px solid var(--line); z-index: 2; } [role='tablist'] { display: flex; gap: 0.25rem; } @media (max-width: 26rem) { [role='tablist'] button { padding: 0.3rem 0.5rem; } }
button { font: inherit; color: inherit; background: var(--card); border: 1px solid var(--line); border-radius: 0.3rem; padding: 0.3rem 0.8rem; cursor: pointer; }
button:disabled { color: var(--soft); opacity: 0.6; cursor: default; }
button[aria-selected='true'] { background: var(--text); color: var(--ground); }
button.link { border: 0; background: none; padding: 0; color: var(--link); text-align: left; overflow-wrap: anywhere; }
a:focus-visible, button:focus-visible, input:focus-visible, select:focus-visible, .scroll:focus-visible, .node:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
table { border-collapse: collapse; width: 100%; } th, td { text-align: left; vertical-align: top; padding: 0.4rem 0.6rem; border-top: 1px solid var(--line); } th { font-weight: normal; color: var(--soft); }
.claims td:nth-child(2) { width: 55%; } .claims small { display: block; color: var(--soft); } .claims small a { color: inherit; } .claims span { white-space: nowrap; } .wide { overflow-x: auto; }
.headlines { list-style: none; padding: 0; } .headlines li { margin: 0.5rem 0; } .headlines small { display: block; color: var(--soft); } .headlines span { white-space: nowrap; } @media (min-width: 40rem) { .headlines li { display: grid; grid-template-columns: 8.5rem 1fr; } }
.links { display: flex; flex-wrap: wrap; gap: 0.2rem 0.9rem; }
.shown { display: flex; flex-wrap: wrap; gap: 0.2rem 1.2rem; border: 0; padding: 0; } .shown legend { float: left; margin-right: 1.2rem; color: var(--soft); }
#read:has(#shown-holds:checked) tr[data-verdict]:not([data-verdict='holds']), #read:has(#shown-part:checked) tr[data-verdict]:not([data-verdict='part']), #read:has(#shown-fails:checked) tr[data-verdict]:not([data-verdict='fails']) { display: none; }
@media screen and (max-width: 40rem) { .claims thead { position: absolute; clip-path: inset(50%); } .claims tr { display: block; border-top: 1px solid var(--line); padding: 0.4rem 0; } .claims td { display: block; border: 0; padding: 0.1rem 0; } .claims td:nth-child(2) { width: auto; } .claims td:nth-child(3)::before { content: 'measured: '; color: var(--soft); } .claims td:last-child::before { content: 'criterion: '; color: var(--soft); } }
[id], #walk h3 { scroll-margin-top: 4rem; } [role='tabpanel'] { scroll-margin-top: 100vh; }
.summary { max-width: 40rem; } .verdict { white-space: nowrap; font-weight: bold; } .good, [data-verdict='holds'] .verdict { color: var(--good); } .part, [data-verdict='part'] .verdict { color: var(--part); } .bad, [data-verdict='fails'] .verdict { color: var(--bad); font-weight: bold; }
figure { margin: 2rem 0; padding: 1rem; background: var(--card); border: 1px solid var(--line); border-radius: 0.4rem; }
.picture { padding: 0.5rem; overflow-x: auto; } .picture:has(img) { width: fit-content; max-width: 100%; margin: 0 auto; background: #fff; border-radius: 0.3rem; } figure svg, figure img { display: block; max-width: 100%; height: auto; margin: 0 auto; }
figcaption { margin-top: 0.8rem; font-size: 0.88rem; } .tools { display: flex; flex-wrap: wrap; align-items: baseline; gap: 0.5rem 1rem; margin-top: 0.6rem; font-size: 0.88rem; }
dialog { width: 96vw; height: 94vh; max-width: none; max-height: none; color: var(--text); background: var(--card); border: 1px solid var(--line); } .large { overflow: auto; margin-top: 0.5rem; }
.large .picture > * { width: calc(max(56rem, 100%) * var(--zoom, 1)); max-width: none; height: auto; image-rendering: pixelated; }
.picture:focus { outline: 0; } .picture.opens { cursor: zoom-in; } figure svg { width: min(46rem, 100%); } .picture svg { background: none !important; } [data-interactive] svg { width: auto; max-width: none; }
.columns { display: grid; grid-template-columns: minmax(14rem, 1fr) 2fr; gap: 2rem; } .columns > * { min-width: 0; } .columns:has(> :empty) { grid-template-columns: 1fr; } .columns > :empty { display: none; }
.columns ul { max-height: 24rem; overflow: auto; padding-left: 1rem; list-style: none; } .scroll { overflow: auto; border: 1px solid var(--line); background: var(--card); max-height: 62vh; }
.graph text { font-size: 11px; fill: var(--text); } .graph rect { fill: var(--ground); stroke: var(--soft); } .edge { fill: none; stroke: var(--soft); opacity: 0.5; } .node { cursor: pointer; } .edge.dim { opacity: 0.12; } .dim text { opacity: 0.35; } .dim rect { stroke-opacity: 0.25; }
.charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(19rem, 100%), 1fr)); gap: 0.6rem; align-content: start; } .charts > div { aspect-ratio: 420 / 260; }
@media screen and (max-width: 48rem) { .columns { display: flex; flex-direction: column; gap: 1rem; } .charts { position: sticky; top: 3.3rem; z-index: 1; order: -1; display: flex; overflow-x: auto; scroll-snap-type: x proximity; background: var(--ground); padding-bottom: 0.5rem; } .charts > div { flex: 0 0 min(88%, 26rem); scroll-snap-align: start; } }
.chart { display: block; width: 100%; max-width: 30rem; background: var(--card); font-size: 11px; } .chart text { fill: var(--text); } .chart .legend { font-weight: bold; } .grid { stroke: var(--line); }
canvas { display: block; image-rendering: pixelated; background: #7f7f7f; } .sliders > canvas { width: min(14rem, 100%); touch-action: none; cursor: crosshair; margin: 0.5rem 0; }
.thumbnails { display: flex; flex-wrap: wrap; gap: 0.25rem; } .thumbnails button { padding: 2px; } .thumbnails canvas { width: 2rem; }
.pictures { display: grid; grid-template-columns: repeat(auto-fill, minmax(9rem, 1fr)); gap: 0.8rem; align-content: start; } .pictures canvas { width: 100%; } .pictures p { margin: 0.2rem 0; font-size: 0.82rem; } .pictures small { display: block; color: var(--soft); }
.sliders p { margin: 0 0 0.4rem; } .sliders label { display: flex; justify-content: space-between; gap: 1rem; line-height: 1.3; } output { font-weight: bold; font-variant-numeric: tabular-nums; } .sliders [role='status'] { min-height: 5em; margin-top: 0.6rem; } #play-refused:empty { display: none; } input[type='range'] { display: block; width: 100%; margin: 0.15rem 0; } .buttons { display: flex; flex-wrap: wrap; align-items: center; gap: 0.5rem; } progress { accent-color: var(--link); max-width: 12rem; } input, select { font: inherit; color: inherit; background: var(--card); border: 1px solid var(--line); padding: 0.2rem 0.4rem; max-width: 100%; }
.swiped { width: fit-content; max-width: 100%; margin: 0 auto; } .swipe { position: relative; background: #fff; } summary { cursor: pointer; } details > p, details > ul { margin-left: 1rem; } .over { position: absolute; inset: 0; background: #fff; } .difference { mix-blend-mode: difference; }
[hidden] { display: none; }
@media print { nav, figure .tools, .shown, .links, #walk, #play, #check { display: none !important; } #read { display: block !important; } :root { color-scheme: light; --ground: #fff; } body { max-width: none; font-size: 9pt; } figcaption { font-size: 9pt; } tr { break-inside: avoid; } figure { break-inside: avoid; border: 0; padding: 0; } figure svg { width: auto; } }
`;
