import { type Command, InvalidArgumentError, Option } from 'commander';
import type { Pipeline } from '../engine/pipeline.ts';

/** Adds the options that choose a configuration (`ChoiceOptions`). */
export function configurable(command: Command): Command {
  return command
    .option('--set <path=value>', 'set a param for this run, repeatable', collected, [])
    .option('--profile <name>', 'a named list of params of the pipeline, such as quick')
    .option('--backend <name>', 'what multiplies matrices: portable, portable-float64, native or tfjs')
    .addOption(new Option('--engine <name>', 'the former name of --backend').hideHelp())
    .option('--out <dir>', 'where outputs go, unless all params are the committed ones (default: out)');
}

/** Adds the options of a command that brings stages up to date. */
export function runnable(command: Command, pipeline: Pipeline): Command {
  return executing(sharing(watchable(command, pipeline)))
    .option('--force', 'run the named stages even if they are up to date')
    .option(
      '--accept <target>',
      'take what the named stages give now, where that differs from what the same recipe gave before; repeatable',
      collected,
      [],
    )
    .option('--dry-run', 'show what would run, and run nothing')
    .option('--keep-going', 'after a failure, go on with what does not depend on it');
}

/** Adds the options that say where stages run (`ExecutorOptions`). */
export function executing(command: Command): Command {
  return command
    .addOption(new Option('--executor <name>', 'where stages run').choices(['local', 'slurm']).default('local'))
    .option('--slurm <name=value,...>', 'how Slurm takes them, such as partition=short,time=30,array=40');
}

/** Adds the options of a shared store (`RemoteOptions`). */
export function sharing(command: Command): Command {
  return command
    .addOption(
      new Option(
        '--remote <url>',
        'a shared store, file://, http(s):// or s3://: what others have made is not run',
      ).env('PIPELINE_REMOTE'),
    )
    .addOption(
      new Option('--trust <file>', 'the public key of one whose results are believed, repeatable')
        .argParser(collected)
        .default([])
        .env('PIPELINE_TRUST'),
    );
}

/** Adds the options of a command that shows a run while it is at work, and the pipeline's own. */
export function watchable(command: Command, pipeline: Pipeline): Command {
  for (const [name, description] of Object.entries(pipeline.options ?? {}))
    command.option(`--${name} <value>`, description);
  return command
    .option('--jobs <n>', 'how many stages run at once (default: one a core)', positiveInteger)
    .option('--json', 'print one JSON object an event')
    .option('--quiet', 'print failures only');
}

/** Reads an option that may be given again and again: all its values, in their order. */
export function collected(value: string, all: readonly string[]): readonly string[] {
  return [...all, value];
}

function positiveInteger(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1) throw new InvalidArgumentError('It must be a whole number from 1.');
  return value;
}

/**
 * Reads a number from 0.
 * @throws {InvalidArgumentError} if it is none.
 */
export function nonNegativeNumber(text: string): number {
  const value = Number(text);
  // An empty text is 0 as a number.
  if (text.trim() === '' || !(value >= 0)) throw new InvalidArgumentError('It must be a number from 0.');
  return value;
}

/** What was given of the pipeline's own options. */
export function runOptionsOf(pipeline: Pipeline, options: Readonly<Record<string, unknown>>): Record<string, string> {
  const given = Object.keys(pipeline.options ?? {}).map((name) => [name, options[name]] as const);
  return Object.fromEntries(given.flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : [])));
}
