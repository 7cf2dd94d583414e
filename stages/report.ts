import * as v from 'valibot';
import { defineKind, many } from '../engine/kind.ts';
import { codeFile, provenanceFile } from '../engine/provenance.ts';
import { bytesFormat } from './formats/bytes.ts';
import { claimsFile } from './formats/claims.ts';
import { digitModelsFile } from './formats/digit-models.ts';
import { fontFile } from './formats/drawing.ts';
import { figureCaption, figureOutputs, figurePng } from './formats/figure.ts';
import { encodeText, textFormat } from './formats/text.ts';
import { claimsHtml } from './report/claims-html.ts';
import { darkColors } from './report/dark-colors.ts';
import { escaped } from './report/escaped.ts';
import { figureHtml, inlineSvg, labelOf } from './report/figure-html.ts';
import { interactiveSpec } from './report/interaction.ts';
import { base64Of, packed } from './report/packed.ts';
import { STYLE } from './report/style.ts';

const names = v.array(v.pipe(v.string(), v.minLength(1)));
const TABS = { read: 'Read', walk: 'Walk', play: 'Play', check: 'Check' } as const;
/** The module of the page's own script. */
const PAGE = 'report/page.ts';

/** One file to look at, to play with and to check: claims, figures, how they were made, and the code that made them. */
export default defineKind({
  name: 'report',
  module: import.meta.url,
  params: v.strictObject({
    title: v.pipe(v.string(), v.minLength(1)),
    about: v.pipe(v.string(), v.minLength(1)),
    /** The claims that the page begins with. */
    headlines: names,
    /** The names of the figures, in the order of each input. */
    charts: names,
    grids: names,
    /** The names of the figures that digits may be given to. */
    played: names,
  }),
  inputs: {
    claims: claimsFile,
    charts: many({ svg: figureOutputs.svg, spec: figureOutputs.spec, caption: figureCaption }),
    /** Figures that are pictures of pixels. */
    grids: many({ png: figurePng, caption: figureCaption }),
    digits: many(asBytes(digitModelsFile)),
    font: fontFile,
    bold: fontFile,
    provenance: asBytes(provenanceFile),
    code: asBytes(codeFile),
  },
  outputs: { report: textFormat('report', 'html') },
  async run({ params, inputs }) {
    const { claims, font, bold, provenance, code } = inputs;
    const { modules, bundles } = codeFile.decode(code);
    // Within a page, a script ends at the first thing that looks like its end.
    const script = (bundles[modules[PAGE] ?? ''] ?? '')
      .replaceAll('</script', '<\\/script')
      .replaceAll('<!--', '<\\!--');
    const specs = await Promise.all(
      inputs.charts.map(async ({ spec }, i) => [params.charts[i] ?? '', await interactiveSpec(spec)] as const),
    );
    const charts = inputs.charts.map(({ svg, caption }, i) => {
      const name = params.charts[i] ?? '';
      return { name, picture: inlineSvg(svg, name, caption), caption };
    });
    const grids = inputs.grids.map(({ png, caption }, i) => {
      const name = params.grids[i] ?? '';
      return {
        name,
        picture: `<img alt="${escaped(labelOf(caption))}" src="data:image/png;base64,${base64Of(png)}">`,
        caption,
      };
    });
    const figures = [...charts, ...grids].sort((a, b) => numberOf(a.caption) - numberOf(b.caption));
    const policy =
      `default-src 'none'; script-src 'sha256-${await sha256Of(script)}' blob: 'wasm-unsafe-eval'; worker-src blob:; ` +
      "style-src 'unsafe-inline' file:; img-src data:; font-src data:";
    const tabs = Object.entries(TABS).map(
      ([id, label]) =>
        `<button type="button" role="tab" id="tab-${id}" aria-controls="${id}" aria-selected="${id === 'read'}">${label}</button>`,
    );
    const others = Object.keys(TABS).filter((id) => id !== 'read');
    const report = `<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(params.title)}</title>
<style>${fontFace('normal', font)}
${fontFace('bold', bold)}
${STYLE}
@media screen and (prefers-color-scheme: dark) {
${darkColors(inputs.charts.map(({ svg }) => svg))}
}</style></head>
<body><header><h1>${escaped(params.title)}</h1><p>${escaped(params.about)}</p></header>
<nav aria-label="Parts of the page"><div role="tablist" aria-label="Parts of the page">${tabs.join('')}</div></nav>
<main><section id="read" role="tabpanel" aria-labelledby="tab-read">
${claimsHtml({ claims, figures }, params.headlines)}
<h2>The figures</h2>
${figures.map(figureHtml).join('\n')}
</section>
${others.map((id) => `<section id="${id}" role="tabpanel" aria-labelledby="tab-${id}" hidden></section>`).join('\n')}
</main>
${block('provenance', provenance)}
${block('specs', encodeText(JSON.stringify(Object.fromEntries(specs))))}
${inputs.digits.map((models, i) => block(`digits-${params.played[i] ?? ''}`, models)).join('\n')}
${block('code', code)}
<script type="module">${script}</script>
</body></html>
`;
    return { report };
  },
});

/** A format as bytes, for what the page only hands on. */
function asBytes<Name extends string>({ name, extension }: { name: Name; extension: string }) {
  return bytesFormat(name, extension);
}

function fontFace(weight: 'normal' | 'bold', font: Uint8Array): string {
  return `@font-face { font-family: 'DejaVu Sans'; font-weight: ${weight}; src: url(data:font/ttf;base64,${base64Of(font)}); }`;
}

/** Data that the page's script unpacks by their id. */
function block(id: string, bytes: Uint8Array): string {
  return `<script type="text/plain" id="${escaped(id)}">${packed(bytes)}</script>`;
}

/** Where a figure stands among others: the paper's own by number, then the appendix. */
function numberOf(caption: string): number {
  const found = /Figure (A?)(\d+)(b?)/.exec(caption);
  return found === null ? 1000 : Number(found[2]) + (found[1] === 'A' ? 100 : 0) + (found[3] === 'b' ? 0.5 : 0);
}

async function sha256Of(text: string): Promise<string> {
  return base64Of(new Uint8Array(await crypto.subtle.digest('SHA-256', encodeText(text).slice())));
}
