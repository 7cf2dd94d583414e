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

function blockOf(id: string): RegExp {
  return new RegExp(`(<script type="text/plain" id="${id}">)([^<]*)`);
}

function unpacked(html: string, id: string) {
  return JSON.parse(inflateRawSync(Buffer.from(blockOf(id).exec(html)?.[2] ?? '', 'base64')).toString());
}

function packed(value: unknown): string {
  return deflateRawSync(JSON.stringify(value)).toString('base64');
}
