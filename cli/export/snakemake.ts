import { writeFileSync } from 'node:fs';
import { UsageError } from '../../engine/errors.ts';
import { readOptionalFile, statsAt } from '../../engine/files.ts';
import { type Graph, type Stage, withUpstream } from '../../engine/graph.ts';
import type { Pipeline } from '../../engine/pipeline.ts';
import { type ChoiceOptions, DEFAULT_OUT } from '../choice.ts';
import { choiceWords, shellCommand } from '../choice-words.ts';
import { configurationOf } from '../configuration.ts';
import { print } from '../print.ts';
import { stagesNamed } from '../targets.ts';

const MADE_BY = '# Made by `pipeline.ts export snakemake`';

const HEAD = `${MADE_BY}: a rule a stage. Snakemake says in which order; each rule has the pipeline run its stage,
# and touches a mark, since artifacts are links to what may have been made long ago.

MARKS = "${DEFAULT_OUT}/snakemake"
`;

/**
 * Writes a Snakefile whose rules run the stages of the targets, or all, and of what they are built from. One that it has written before is replaced.
 * @throws {UsageError} if something else is there.
 */
export async function exportSnakemake(
  pipeline: Pipeline,
  file: string,
  targets: readonly string[],
  options: ChoiceOptions,
): Promise<number> {
  if (statsAt(file) !== undefined && !readOptionalFile(file)?.startsWith(MADE_BY))
    throw new UsageError(`${file} is there, and no Snakefile of this command: name another file`);
  const { graph } = await configurationOf(pipeline, options);
  const chosen = targets.length === 0 ? new Set(graph.values()) : stagesNamed(graph, targets);
  const needed = withUpstream(graph, chosen);
  writeFileSync(file, snakefileOf(needed, chosen, choiceWords(options)));
  print(`${file}: ${needed.size} rules`);
  return 0;
}

/** The text of a Snakefile; `choices` are the options that a stage is run with. */
function snakefileOf(graph: Graph, chosen: ReadonlySet<Stage>, choices: readonly string[]): string {
  const goals = [...graph.values()].filter((stage) => chosen.has(stage)).map(markOf);
  const rules = [...graph.values()].map((stage, i) => {
    const inputs = [...stage.upstream].map(markOf);
    const command = shellCommand(['npx', 'tsx', 'pipeline.ts', 'run', stage.name, '--quiet', ...choices]);
    return `
rule stage_${i}:
    message: ${JSON.stringify(braced(stage.name))}
    input: [${inputs.join(', ')}]
    output: touch(${markOf(stage)})
    shell: ${JSON.stringify(braced(command))}
`;
  });
  return `${HEAD}\nrule all:\n    default_target: True\n    input: [${goals.join(', ')}]\n${rules.join('')}`;
}

function markOf({ name }: Stage): string {
  return `MARKS + ${JSON.stringify(`/${name}.done`)}`;
}

/** A text in which Snakemake finds nothing to fill in. */
function braced(text: string): string {
  return text.replaceAll('{', '{{').replaceAll('}', '}}');
}
