import { createHash } from 'node:crypto';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import type { CodeTexts, Provenance } from '../../engine/provenance.ts';

/** What a page holds. */
export interface Held {
  provenance: Provenance;
  code: CodeTexts;
}

/** A page whose data were changed after it was made. */
export function tampered(html: string, change: (held: Held) => void): string {
  const held: Held = { provenance: unpacked(html, 'provenance'), code: unpacked(html, 'code') };
  change(held);
  return (['provenance', 'code'] as const).reduce(
    (page, id) => page.replace(blockOf(id), (_, start: string) => start + packed(held[id])),
    html,
  );
}

const START = 'outputs: { dataset: datasetFile }, run({ params }) {';

/** A page whose stages synthetic-data never end where a condition on their params holds. @param change What else is changed. */
export function hung(html: string, condition: string, change: (held: Held) => void = () => {}): string {
  return tampered(html, (held) => {
    const { provenance, code } = held;
    const kind = provenance.kinds['synthetic-data'];
    const text = code.bundles[kind?.bundle ?? ''];
    if (kind === undefined || !text?.includes(START)) throw new Error('synthetic-data does not begin so any more');
    const endless = text.replace(START, `${START} while (${condition});`);
    kind.bundle = createHash('sha256').update(endless).digest('hex');
    code.bundles[kind.bundle] = endless;
    change(held);
  });
}

function blockOf(id: string): RegExp {
  return new RegExp(`(<script type="text/plain" id="${id}">)([^<]*)`);
}

function unpacked(html: string, id: string) {
  return JSON.parse(inflateRawSync(Buffer.from(blockOf(id).exec(html)?.[2] ?? '', 'base64')).toString());
}

function packed(value: unknown): string {
  return deflateRawSync(JSON.stringify(value)).toString('base64');
}
