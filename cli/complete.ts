import type { Command, Option } from 'commander';
import { Layout } from '../engine/layout.ts';
import { readLock } from '../engine/lock-file.ts';
import { type Pipeline, rootOf } from '../engine/pipeline.ts';
import { print } from './print.ts';

/** How arguments and options name their values if these are stages. */
const TARGET = /target|stage/;

/**
 * Prints what the last of some words may become, a line each. Stages are those of the lock, since to build the graph
 * takes longer than anybody waits for a key.
 */
export function complete(pipeline: Pipeline, program: Command, words: readonly string[]): void {
  const last = words.at(-1) ?? '';
  for (const found of candidatesFor(pipeline, program, words.slice(0, -1), last)) print(found);
}

function candidatesFor(pipeline: Pipeline, program: Command, before: readonly string[], last: string): string[] {
  const starting = (names: readonly string[]) => names.filter((name) => name.startsWith(last));
  let command = program;
  let waiting: Option | undefined;
  for (const word of before) {
    const option: Option | undefined = waiting === undefined ? optionNamed(command, word) : undefined;
    waiting = option !== undefined && (option.required || option.optional) ? option : undefined;
    if (option === undefined) command = command.commands.find((each) => each.name() === word) ?? command;
  }
  if (waiting !== undefined) {
    if (waiting.long === '--profile') return starting(Object.keys(pipeline.profiles ?? {}));
    return TARGET.test(waiting.flags) ? segments(stagesOf(pipeline), last) : starting(waiting.argChoices ?? []);
  }
  const help = command.createHelp();
  if (last.startsWith('-')) return starting(help.visibleOptions(command).flatMap(({ long }) => long ?? []));
  const arguments_ = command.registeredArguments;
  const choices = arguments_.flatMap(({ argChoices }) => argChoices ?? []);
  const names = help.visibleCommands(command).map((each) => each.name());
  const targets = arguments_.some((argument) => TARGET.test(argument.name())) ? segments(stagesOf(pipeline), last) : [];
  return [...starting([...names, ...choices]), ...targets];
}

function optionNamed(command: Command, word: string): Option | undefined {
  return command.options.find(({ long, short }) => word === long || word === short);
}

/** Names up to the next folder, each once: a folder ends in `/`. */
function segments(names: readonly string[], start: string): string[] {
  const found = names
    .filter((name) => name.startsWith(start))
    .map((name) => {
      const end = name.indexOf('/', start.length);
      return end === -1 ? name : name.slice(0, end + 1);
    });
  return [...new Set(found)];
}

function stagesOf(pipeline: Pipeline): string[] {
  return [...(readLock(new Layout(rootOf(pipeline)))?.stages.keys() ?? [])];
}
