import { execa } from 'execa';
import { expect } from 'vitest';
import { type Project, test } from '../support/project.ts';

const BASH = `
source <(npx tsx pipeline.ts completion bash)
for COMP_LINE in "$@"; do
  COMP_POINT=\${#COMP_LINE} COMPREPLY=()
  _pipeline_ts 2> /dev/null
  echo "\${COMPREPLY[@]}"
done
`;

/** What bash makes of lines, by the script that the command line prints. */
async function completed(project: Project, lines: readonly string[]): Promise<string[]> {
  const { stdout } = await execa('bash', ['-c', BASH, 'bash', ...lines], { cwd: project.root });
  return stdout.split('\n');
}

test('bash completes commands, options, their values and stages', async ({ project }) => {
  project.edit('pipeline.ts', '{ a: {', "{ 'a=1': {");
  await project.run('all');
  const expected = {
    'npx tsx pipeline.ts veri': 'verify',
    'npx tsx ./pipeline.ts run collect --keep': '--keep-going',
    'npx tsx pipeline.ts graph --format ': 'dot mermaid',
    'npx tsx pipeline.ts run tr': 'transform/',
    // Bash has split the name at the =.
    'npx tsx pipeline.ts run collect transform/a=': '1',
    'npx tsx another.ts ver': '',
  };
  expect(await completed(project, Object.keys(expected))).toEqual(Object.values(expected));
});
