/** How the page looks: light and dark, on a phone and on paper. */
export const STYLE = `
:root { color-scheme: light dark; --text: #1b1b1b; --soft: #5a5a5a; --ground: #fbfbf9; --card: #fff; --line: #d9d9d4; --link: #00558a; --good: #00694d; --part: #8a5a00; --bad: #a33c00; }
@media screen and (prefers-color-scheme: dark) { :root { --text: #ececec; --soft: #b4b4b4; --ground: #17181a; --card: #222427; --line: #3b3e42; --link: #7cc4f5; --good: #5fd0ab; --part: #f0b95a; --bad: #ff9d6b; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 0 1rem 4rem; max-width: 72rem; background: var(--ground); color: var(--text); font: 1rem/1.55 'DejaVu Sans', Verdana, sans-serif; font-size: 0.94rem; }
h1 { font-size: 1.5rem; margin: 1.5rem 0 0.3rem; } h2 { font-size: 1.2rem; margin: 2rem 0 0.5rem; } h3 { font-size: 1rem; } h4 { font-size: 0.9rem; margin: 1rem 0 0.2rem; }
a { color: var(--link); } code { font-family: 'DejaVu Sans Mono', Menlo, Consolas, monospace; font-size: 0.88em; overflow-wrap: anywhere; }
nav { position: sticky; top: 0; display: flex; gap: 0.25rem; padding: 0.5rem 0; background: var(--ground); border-bottom: 1px solid var(--line); z-index: 1; }
button { font: inherit; color: inherit; background: var(--card); border: 1px solid var(--line); border-radius: 0.3rem; padding: 0.3rem 0.8rem; cursor: pointer; }
button[aria-selected='true'] { background: var(--text); color: var(--ground); }
button.link { border: 0; background: none; padding: 0; color: var(--link); text-align: left; overflow-wrap: anywhere; }
button:focus-visible, input:focus-visible, select:focus-visible, .scroll:focus-visible, .node:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
table { border-collapse: collapse; width: 100%; } th, td { text-align: left; vertical-align: top; padding: 0.4rem 0.6rem; border-top: 1px solid var(--line); } th { font-weight: normal; color: var(--soft); }
.claims td:first-child { width: 55%; } .claims small { display: block; color: var(--soft); } .wide { overflow-x: auto; }
@media screen and (max-width: 40rem) { .claims thead { position: absolute; clip-path: inset(50%); } .claims tr { display: block; border-top: 1px solid var(--line); padding-bottom: 0.4rem; } .claims td { display: inline-block; border: 0; padding: 0.2rem 0.6rem 0.2rem 0; } .claims td:first-child { display: block; width: auto; } .claims td:last-child::before { content: 'criterion: '; color: var(--soft); } }
[id] { scroll-margin-top: 4rem; } [role='tabpanel'] { scroll-margin-top: 100vh; }
.summary { max-width: 40rem; } .verdict { white-space: nowrap; font-weight: bold; } .holds, .good { color: var(--good); } .part { color: var(--part); } .fails, .bad { color: var(--bad); font-weight: bold; }
figure { margin: 2rem 0; padding: 1rem; background: var(--card); border: 1px solid var(--line); border-radius: 0.4rem; }
figure > .picture { background: #fff; padding: 0.5rem; overflow-x: auto; } figure svg, figure img { display: block; max-width: 100%; height: auto; margin: 0 auto; }
figcaption { margin-top: 0.8rem; font-size: 0.88rem; } figure button { margin-top: 0.6rem; }
dialog { width: 96vw; height: 94vh; max-width: none; max-height: none; color: var(--text); background: var(--card); border: 1px solid var(--line); } .large { overflow: auto; margin-top: 0.5rem; background: #fff; }
.large .picture > * { width: 250%; max-width: none; height: auto; image-rendering: pixelated; }
.columns { display: grid; grid-template-columns: minmax(14rem, 1fr) 2fr; gap: 2rem; } .columns > * { min-width: 0; } @media (max-width: 48rem) { .columns { grid-template-columns: 1fr; } } .columns:has(> :empty) { grid-template-columns: 1fr; } .columns > :empty { display: none; }
.columns ul { max-height: 24rem; overflow: auto; padding-left: 1rem; list-style: none; } .scroll { overflow: auto; border: 1px solid var(--line); background: var(--card); max-height: 70vh; }
.graph text { font-size: 11px; fill: var(--text); } .graph rect { fill: var(--ground); stroke: var(--soft); } .edge { fill: none; stroke: var(--soft); opacity: 0.5; } .node { cursor: pointer; } .edge.dim { opacity: 0.12; } .dim text { opacity: 0.35; } .dim rect { stroke-opacity: 0.25; }
.charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(19rem, 100%), 1fr)); gap: 0.6rem; align-content: start; } .charts > div { aspect-ratio: 420 / 260; }
.chart { display: block; width: 100%; max-width: 30rem; background: #fff; font-size: 11px; } .chart text { fill: #1b1b1b; } .chart .legend { font-weight: bold; } .grid { stroke: #e4e4e4; }
canvas { display: block; image-rendering: pixelated; background: #7f7f7f; } .sliders > canvas { width: min(14rem, 100%); touch-action: none; cursor: crosshair; margin: 0.5rem 0; }
.thumbnails { display: flex; flex-wrap: wrap; gap: 0.25rem; } .thumbnails button { padding: 2px; } .thumbnails canvas { width: 2rem; }
.pictures { display: grid; grid-template-columns: repeat(auto-fill, minmax(9rem, 1fr)); gap: 0.8rem; align-content: start; } .pictures canvas { width: 100%; } .pictures p { margin: 0.2rem 0; font-size: 0.82rem; } .pictures small { display: block; color: var(--soft); }
.sliders p { margin: 0 0 0.4rem; } .sliders label { line-height: 1.2; } input[type='range'] { display: block; width: 100%; margin: 0.15rem 0; } .buttons { display: flex; flex-wrap: wrap; gap: 0.5rem; } input, select { font: inherit; color: inherit; background: var(--card); border: 1px solid var(--line); padding: 0.2rem 0.4rem; max-width: 100%; }
.swipe { position: relative; background: #fff; width: fit-content; margin: 0 auto; } .over { position: absolute; inset: 0; background: #fff; } .difference { mix-blend-mode: difference; }
[hidden] { display: none; }
@media print { nav, figure button, #walk, #play, #check { display: none !important; } #read { display: block !important; } :root { color-scheme: light; --ground: #fff; } body { max-width: none; font-size: 9pt; } figcaption { font-size: 9pt; } tr { break-inside: avoid; } figure { break-inside: avoid; border: 0; padding: 0; } }
`;
