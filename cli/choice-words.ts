import type { ChoiceOptions } from './choice.ts';

/** The words of a command that choose the same configuration again. */
export function choiceWords({ set = [], profile, backend, engine, out }: Partial<ChoiceOptions>): string[] {
  const named = { profile, backend, engine, out };
  return [
    ...set.flatMap((assignment) => ['--set', assignment]),
    ...Object.entries(named).flatMap(([name, value]) => (value === undefined ? [] : [`--${name}`, value])),
  ];
}

/** A command as a shell reads it. */
export function shellCommand(words: readonly string[]): string {
  return words.map((word) => (/^[\w./=:,@-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`)).join(' ');
}
