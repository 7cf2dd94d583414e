import type { TopLevelSpec } from 'vega-lite';
import type { Fonts } from './font.ts';
import { svgTextOf } from './notation.ts';
import { strictLogger } from './strict-logger.ts';

/**
 * Draws a Vega-Lite specification as SVG, with its scripts below and above the line: the same bytes on any machine,
 * whatever was drawn before.
 * @param description goes into the picture, unseen.
 * @throws {Error} if Vega-Lite or Vega has a warning about it.
 */
export async function svgOf(spec: TopLevelSpec, fonts: Fonts, description: string): Promise<string> {
  const [vega, { compile }] = await Promise.all([import('vega'), import('vega-lite')]);
  const logger = await strictLogger();
  // Where a canvas is installed, Vega would measure text with it and with the fonts of the machine.
  vega.textMetrics.width = ({ fontSize = 11, fontWeight }, text) => {
    const font = fontWeight === 'bold' ? fonts.bold : fonts.regular;
    return font.widthOf(String(text ?? ''), fontSize);
  };
  const view = new vega.View(vega.parse(compile(spec, { logger }).spec), { renderer: 'none', logger });
  vega.resetSVGDefIds();
  const svg = await view.toSVG();
  view.finalize();
  return described(withScripts(roundPositions(svg)), description);
}

/** Positions come from logarithms, whose last bit differs between processors; a thousandth of a pixel is enough. */
function roundPositions(svg: string): string {
  const round = (number: string) => String(Number(Number(number).toFixed(3)));
  return svg.replace(
    /( (?:d|transform|x2?|y2?|width|height)=")([^"]*)/g,
    (_, name: string, value: string) => name + value.replace(/-?[\d.]+(e-?\d+)?/g, round),
  );
}

/** Sets subscripts and exponents in every text. */
function withScripts(svg: string): string {
  return svg.replace(/(<text [^>]*font-size="([\d.]+)px"[^>]*>)([^<]+)(?=<\/text>)/g, (_, start, size, text) => {
    return start + svgTextOf(unescapeXml(text), Number(size));
  });
}

function described(svg: string, description: string): string {
  const escaped = description.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  return svg.replace(/^<svg [^>]*>/, (start) => `${start}<desc>${escaped}</desc>`);
}

function unescapeXml(text: string): string {
  return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&quot;', '"').replaceAll('&amp;', '&');
}
