#!/usr/bin/env node
// Stands for the commands of Slurm, by the name under which it is started. Jobs and faults are files of the folder FAKE_SLURM.

import { spawn } from 'node:child_process';
import {
  appendFileSync,
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const home = process.env.FAKE_SLURM ?? '';
const path = (...names) => join(home, ...names);
const args = process.argv.slice(2);
const flag = (name) => args.find((arg) => arg.startsWith(`--${name}=`))?.slice(name.length + 3) ?? '';
const has = (fault) => existsSync(path('faults', fault));

const commands = {
  scontrol: () => console.log(`MaxArraySize            = ${has('max-array-size') ? 2 : 1001}`),
  sbatch,
  squeue: () => {
    if (has('squeue: fail')) fail('slurm_load_jobs error: Unable to contact slurm controller');
    if (take('hidden') === undefined)
      list(({ folder, job, element, isAlone, state, name }) =>
        existsSync(path('jobs', folder, 'hidden'))
          ? ''
          : `${job} ${isAlone || has('unsplit') ? 'N/A' : element} ${state} ${name}`,
      );
    if (has('foreign')) console.log('7 0 FAILED somebody-else');
  },
  sacct: () => {
    if (!has('sacct: on')) fail('Slurm accounting storage is disabled');
    const by = (state) => (state === 'CANCELLED' ? 'CANCELLED by 0' : state);
    list(({ job, element, isAlone, state, name }) => {
      const label = isAlone ? '' : `_${has('unsplit') ? '[0]' : element}`;
      return `${job}${label}|${by(state)}|${name}`;
    });
  },
  scancel: () => {
    if (has('scancel: fail')) fail('scancel: error: Unable to contact slurm controller');
    for (const { folder, job, element, isAlone, name } of elements()) {
      const id = isAlone ? job : `${job}_${element}`;
      if (args.includes(id) || flag('name') === name) setState(folder, element, 'CANCELLED');
    }
  },
};

appendFileSync(path('calls'), `${basename(process.argv[1])} ${args.join(' ')}\n`);
if (args[0] === 'node') await actAsNode(args[1], args[2]);
else await commands[basename(process.argv[1])]();

function fail(message) {
  console.error(message);
  process.exit(1);
}

function sbatch() {
  const fault = take('sbatch');
  if (fault === 'refuse') fail('sbatch: error: Batch job submission failed: Invalid partition name specified');
  const count = has('losing') ? 0 : ({ lose: 0, duplicate: 2 }[fault] ?? 1);
  for (let i = 0; i < count; i++) accept();
  if (fault === 'accept and fail') fail('sbatch: error: Socket timed out on send/recv operation');
  if (fault === 'accept and die') process.kill(process.pid, 'SIGKILL');
  console.log('Submitted batch job 7');
}

/** The fault of a command that is to come but once; undefined if there is none. */
function take(command) {
  const found = readdirSync(path('faults')).find((name) => name.startsWith(`${command}: `));
  if (found === undefined) return undefined;
  rmSync(path('faults', found));
  return found.slice(command.length + 2);
}

function accept() {
  const folder = `${readdirSync(path('jobs')).length}`;
  // Two jobs may have one number.
  const job = has('reuse of numbers') ? '7' : `${100 + Number(folder)}`;
  const isAlone = flag('array') === '';
  const size = isAlone ? 1 : Number(flag('array').split('-')[1]) + 1;
  const [script, output, name] = [args.at(-1), flag('output'), flag('job-name')];
  const making = path(`making-${process.pid}`);
  mkdirSync(making);
  for (let element = 0; element < size; element++) writeFileSync(join(making, `${element}`), 'PENDING');
  writeFileSync(join(making, 'job.json'), JSON.stringify({ job, size, isAlone, script, output, name, args }));
  renameSync(making, path('jobs', folder));
  for (let element = 0; element < size; element++) {
    const node = [fileURLToPath(import.meta.url), 'node', folder, `${element}`];
    spawn(process.execPath, node, { detached: true, stdio: 'ignore' }).unref();
  }
}

/** Runs an element, once nothing holds it. */
async function actAsNode(folder, element) {
  const { job, isAlone, script, output } = JSON.parse(readFileSync(path('jobs', folder, 'job.json'), 'utf8'));
  while (has('hold') && existsSync(home) && stateOf(folder, element) !== 'CANCELLED') await setTimeout(20);
  if (!existsSync(home) || stateOf(folder, element) === 'CANCELLED') return;
  setState(folder, element, 'RUNNING');
  if (!existsSync(script)) return setState(folder, element, 'FAILED');
  const printed = openSync(output.replace('%a', element), 'a');
  const place = isAlone ? {} : { SLURM_ARRAY_TASK_ID: element };
  const env = { PATH: process.env.PATH, SLURM_JOB_ID: job, ...place };
  const running = spawn('sh', [script], { env, stdio: ['ignore', 'pipe', printed] });
  running.stdout.on('data', (piece) => {
    appendFileSync(path('printed'), piece);
    appendFileSync(printed, piece);
  });
  const code = await new Promise((resolve) => running.on('close', resolve));
  closeSync(printed);
  setState(folder, element, code === 0 ? 'COMPLETED' : 'FAILED');
}

function list(show) {
  const names = flag('name').split(',');
  for (const element of elements()) if (names.includes(element.name)) console.log(show(element));
}

function elements() {
  return readdirSync(path('jobs')).flatMap((folder) => {
    const { job, size, isAlone, name } = JSON.parse(readFileSync(path('jobs', folder, 'job.json'), 'utf8'));
    return Array.from({ length: size }, (_, element) => ({
      folder,
      job,
      element,
      isAlone,
      name,
      state: stateOf(folder, element),
    }));
  });
}

function stateOf(folder, element) {
  return readFileSync(path('jobs', folder, `${element}`), 'utf8');
}

function setState(folder, element, state) {
  if (existsSync(home)) writeWhole(path('jobs', folder, `${element}`), state);
}

function writeWhole(file, text) {
  writeFileSync(`${file}.part`, text);
  renameSync(`${file}.part`, file);
}
