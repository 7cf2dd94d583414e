import util from 'node:util';

/** Gives `util` what Node 23 took from it, where it is gone: native packages of before still call it. */
export function restoreLegacyUtil(): void {
  const legacy = {
    isArray: Array.isArray,
    isNullOrUndefined: (value: unknown) => value === null || value === undefined,
  };
  for (const [name, value] of Object.entries(legacy)) {
    if (!(name in util)) Object.assign(util, { [name]: value });
  }
}
