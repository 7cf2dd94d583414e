import { deflateSync } from 'fflate';

/** Bytes as base64. */
export function base64Of(bytes: Uint8Array): string {
  let text = '';
  for (let from = 0; from < bytes.length; from += 0x8000) {
    text += String.fromCharCode(...bytes.subarray(from, from + 0x8000));
  }
  return btoa(text);
}

/** Bytes deflated, the same on every machine, as base64. */
export function packed(bytes: Uint8Array): string {
  return base64Of(deflateSync(bytes, { level: 9 }));
}
