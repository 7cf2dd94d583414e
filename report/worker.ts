// A worker of the page: it runs the bundles that the pipeline runs, one stage after the other.

import * as v from 'valibot';
import type { Format } from '../engine/format.ts';
import { type Group, isFormat, isMany, type Kind, type Many } from '../engine/kind.ts';
import type { Ending, InputBytes, Job, Message } from './messages.ts';

/** The kinds that were imported, by the code of their bundles. */
const kinds = new Map<string, Promise<Kind>>();

addEventListener('message', ({ data }: MessageEvent<Job>) => {
  void perform(data).then(say);
});

function say(message: Message): void {
  postMessage(message);
}

async function perform({ code, params, inputs }: Job): Promise<Ending> {
  try {
    const kind = await kindOf(code);
    const decoded = Object.entries(kind.inputs).map(([input, format]) => [input, decode(format, inputs[input])]);
    const values = await kind.run({
      params: v.parse(kind.params, params),
      inputs: Object.fromEntries(decoded),
      progress: async (progress) => say({ progress }),
      log: () => {},
      options: {},
      locate: () => {
        throw new Error('a page has no packages');
      },
    });
    const outputs = Object.entries(kind.outputs).map(([output, format]) => [output, format.encode(values[output])]);
    return { outputs: Object.fromEntries(outputs) };
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) };
  }
}

function kindOf(code: string): Promise<Kind> {
  const known = kinds.get(code);
  if (known !== undefined) return known;
  const url = URL.createObjectURL(new Blob([code], { type: 'text/javascript' }));
  const imported = import(url).then((module: { default: Kind }) => module.default);
  kinds.set(code, imported);
  return imported;
}

function decode(format: Format | Group | Many, bytes: InputBytes | undefined): unknown {
  if (bytes === undefined) throw new Error('an input is missing');
  if (isMany(format)) {
    if (bytes instanceof Uint8Array || !isList(bytes)) throw new Error('an input is no list');
    return bytes.map((each) => decode(format.many, each));
  }
  if (isFormat(format)) {
    if (bytes instanceof Uint8Array) return format.decode(bytes);
    throw new Error('an input is no single artifact');
  }
  if (bytes instanceof Uint8Array || isList(bytes)) throw new Error('an input is no group');
  return Object.fromEntries(Object.entries(format).map(([name, member]) => [name, decode(member, bytes[name])]));
}

function isList(bytes: InputBytes): bytes is readonly InputBytes[] {
  return Array.isArray(bytes);
}
