import { type CodeTexts, codeFile, type Provenance, provenanceFile } from '../engine/provenance.ts';
import { bytesOf } from './base64.ts';

/** What the page holds beside what it shows. */
export interface Embedded {
  readonly provenance: Provenance;
  readonly code: CodeTexts;
  /** Digest of the provenance, which names the page. */
  readonly digest: string;
}

/** Unpacks what the page holds. */
export async function readEmbedded(): Promise<Embedded> {
  const [provenance, code] = await Promise.all([unpacked('provenance'), unpacked('code')]);
  return {
    provenance: provenanceFile.decode(provenance),
    code: codeFile.decode(code),
    digest: await digestOf(provenance),
  };
}

/** The bytes that a block of the page holds. */
export async function unpacked(id: string): Promise<Uint8Array> {
  const packed = bytesOf(document.getElementById(id)?.textContent ?? '');
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream('deflate-raw'));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/** SHA-256 of some bytes, as 64 hexadecimal digits. */
export async function digestOf(bytes: Uint8Array): Promise<string> {
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', Uint8Array.from(bytes)));
  return Array.from(hash, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
