import { cpSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execaSync } from 'execa';
import type { GraphShape } from './graph-shape.ts';

/** A tool that builds graphs: how it is told of one, and how it is run. Every stage writes a few bytes to a file. */
export interface GraphPeer {
  readonly name: string;
  readonly installed: boolean;
  /** The most stages of which it is told; undefined: all there are. */
  readonly most?: number;
  /** The most stages that it runs from nothing, which takes some tools long. */
  readonly mostCold?: number;
  readonly command: readonly string[];
  /** Writes the graph into a folder. Its last stage depends on a term that is 0, besides its inputs. */
  describe(folder: string, shape: GraphShape): void;
  /** Changes the term of the last stage. */
  change(folder: string, term: number): void;
  /** What the last stage has made. */
  lastOutput(folder: string, shape: GraphShape): string;
}

const checkout = join(import.meta.dirname, '../..');
const programs = join(checkout, 'out/peers/latest/bin');

/** Jobs at a time, of all tools. */
const JOBS = '2';

const ours: GraphPeer = {
  name: 'ours',
  installed: true,
  command: [process.execPath, '--import', 'tsx', 'pipeline.ts', 'all', '--quiet', '--jobs', JOBS],
  describe(folder, shape) {
    for (const name of ['engine', 'cli', 'package.json', 'package-lock.json']) {
      cpSync(join(checkout, name), join(folder, name), { recursive: true });
    }
    symlinkSync(join(checkout, 'node_modules'), join(folder, 'node_modules'));
    for (const path of ['large/sum.ts', 'peers/ours/pipeline.ts']) {
      const text = readFileSync(join(checkout, 'bench', path), 'utf8');
      writeFileSync(join(folder, path.replace(/.*\//, '')), text.replaceAll(/'(\.\.\/)+(large\/)?/g, "'./"));
    }
    writeFileSync(join(folder, 'shape.json'), JSON.stringify(shape));
  },
  change(folder, term) {
    const path = join(folder, 'pipeline.ts');
    writeFileSync(path, readFileSync(path, 'utf8').replace(/leafTerm: \d+/, `leafTerm: ${term}`));
  },
  lastOutput: (folder, shape) =>
    readFileSync(join(folder, 'artifacts', shape[shape.length - 1].name, 'sum.txt'), 'utf8'),
};

/** What the tools have in common that run commands on files: stage i makes the file out/i, the last one from the file `term`. */
function commandPeer(
  peer: Pick<GraphPeer, 'name' | 'command' | 'most' | 'mostCold'>,
  write: (folder: string, stages: readonly CommandStage[]) => void,
): GraphPeer {
  return {
    ...peer,
    installed: existsSync(peer.command[0]),
    describe(folder, shape) {
      mkdirSync(join(folder, 'out'));
      this.change(folder, 0);
      const last = shape.length - 1;
      const stages = shape.map(({ inputs }, i) => ({
        output: `out/${i}`,
        inputs: [...inputs.map((input) => `out/${input}`), ...(i === last ? ['term'] : [])],
        command: i === last ? `cp term out/${i}` : `echo ${i} > out/${i}`,
      }));
      write(folder, stages);
    },
    change: (folder, term) => writeFileSync(join(folder, 'term'), `${term}\n`),
    lastOutput: (folder, shape) => readFileSync(join(folder, `out/${shape.length - 1}`), 'utf8'),
  };
}

interface CommandStage {
  readonly output: string;
  readonly inputs: readonly string[];
  readonly command: string;
}

const ninja = commandPeer({ name: 'ninja', command: [join(programs, 'ninja'), '-j', JOBS] }, (folder, stages) => {
  const edges = stages.map(
    ({ output, inputs, command }) => `build ${output}: run ${inputs.join(' ')}\n  command_line = ${command}\n`,
  );
  writeFileSync(join(folder, 'build.ninja'), `rule run\n  command = $command_line\n${edges.join('')}`);
});

const make = commandPeer(
  { name: 'make', command: ['/usr/bin/make', '--no-builtin-rules', '--silent', '--jobs', JOBS] },
  (folder, stages) => {
    const rules = stages.map(({ output, inputs, command }) => `${output}: ${inputs.join(' ')}\n\t${command}\n`);
    const all = `all: ${stages.map(({ output }) => output).join(' ')}\n`;
    writeFileSync(join(folder, 'Makefile'), `${all}${rules.join('')}`);
  },
);

const snakefile = `
import json

with open("stages.json") as file:
    stages = {stage["output"]: stage for stage in json.load(file)}

rule all:
    input: list(stages)

rule stage:
    output: "out/{i}"
    input: lambda wildcards: stages[f"out/{wildcards.i}"]["inputs"]
    params: command=lambda wildcards: stages[f"out/{wildcards.i}"]["command"]
    shell: "{params.command}"
`;

const snakemake = commandPeer(
  { name: 'snakemake', mostCold: 1000, command: [join(programs, 'snakemake'), '--quiet', 'all', '--cores', JOBS] },
  (folder, stages) => {
    writeFileSync(join(folder, 'stages.json'), JSON.stringify(stages));
    writeFileSync(join(folder, 'Snakefile'), snakefile);
  },
);

const dvc = commandPeer(
  { name: 'DVC', most: 100, command: [join(programs, 'dvc'), 'repro', '--quiet'] },
  (folder, stages) => {
    const described = stages.map(({ output, inputs, command }, i) => [
      `s${i}`,
      { cmd: command, deps: inputs, outs: [output] },
    ]);
    // JSON is YAML, too.
    writeFileSync(join(folder, 'dvc.yaml'), JSON.stringify({ stages: Object.fromEntries(described) }));
    for (const args of [
      ['init', '--quiet', '--no-scm'],
      ['config', 'core.analytics', 'false'],
      ['config', 'core.check_update', 'false'],
    ]) {
      execaSync(join(programs, 'dvc'), args, { cwd: folder });
    }
  },
);

/** All tools, ours first. */
export const graphPeers: readonly GraphPeer[] = [ours, ninja, make, snakemake, dvc];
