/** Stages that have changed in the same way, for the same reasons. */
export interface ChangeGroup {
  /** Such as 'changed' or 'was added'. */
  readonly change: string;
  readonly reasons: readonly string[];
  /** Of each stage its name, and what is said of its outputs. */
  readonly stages: { readonly name: string; readonly outputs: string[] }[];
}

/** Gathers stages of which the same is told, but for their outputs. */
export function groupsOf(lines: readonly string[]): ChangeGroup[] {
  const groups = new Map<string, ChangeGroup>();
  for (let at = 0; at < lines.length; ) {
    const [, name = '', change = ''] = /^(.*) (changed|was \w+)$/.exec(lines[at] ?? '') ?? [];
    const end = lines.findIndex((line, i) => i > at && !line.startsWith(' '));
    const below = lines.slice(at + 1, end === -1 ? lines.length : end).map((line) => line.trim());
    const reasons = below.filter((line) => !line.startsWith('output '));
    const outputs = below.filter((line) => line.startsWith('output '));
    const key = JSON.stringify([change, reasons]);
    const group = groups.get(key) ?? { change, reasons, stages: [] };
    if (name !== '') group.stages.push({ name, outputs });
    groups.set(key, group);
    at += 1 + below.length;
  }
  return [...groups.values()].filter(({ stages }) => stages.length > 0);
}
