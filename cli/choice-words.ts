import { withoutCredentials } from '../engine/credentials.ts';
import type { RunOptions } from '../engine/kind.ts';
import { quoted } from '../engine/shell.ts';
import type { ChoiceOptions } from './choice.ts';
import type { RemoteOptions } from './remote.ts';
import type { ExecutorOptions } from './slurm-options.ts';

/** The options that choose what is run, and how. */
export interface RepeatableOptions extends ChoiceOptions, RemoteOptions, ExecutorOptions {
  /** Whether stages run that are up to date. */
  readonly force?: boolean;
  /** The pipeline's own options. */
  readonly runOptions: RunOptions;
}

/** The words of a command that choose the same configuration again. */
export function choiceWords({ set = [], profile, backend, engine, out }: Partial<ChoiceOptions>): string[] {
  return [...set.flatMap((assignment) => ['--set', assignment]), ...namedWords({ profile, backend, engine, out })];
}

/** The words of a command that run the same configuration again in the same way, without credentials. */
export function runWords(options: Partial<RepeatableOptions>): string[] {
  const { force = false, executor, slurm, remote, trust = [], runOptions = {} } = options;
  return [
    ...choiceWords(options),
    ...(force ? ['--force'] : []),
    ...namedWords({ executor: executor === 'local' ? undefined : executor, slurm }),
    ...namedWords({ remote: remote && withoutCredentials(remote) }),
    ...(remote ? trust : []).flatMap((path) => ['--trust', path]),
    ...namedWords(runOptions),
  ];
}

function namedWords(values: Readonly<Record<string, string | undefined>>): string[] {
  return Object.entries(values).flatMap(([name, value]) => (value ? [`--${name}`, value] : []));
}

/** A command as a shell reads it. */
export function shellCommand(words: readonly string[]): string {
  return words.map((word) => (/^[\w./=:,@-]+$/.test(word) ? word : quoted(word))).join(' ');
}
