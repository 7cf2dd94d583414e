// Loaded by each process of a command that a test starts (commands.ts). Before anything else, since it changes how processes are started.

import childProcess from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { join } from 'node:path';
import { isMainThread, Worker } from 'node:worker_threads';

const { MUTANT_TRIED: mutant, MUTANT_LIMIT: limit, MUTANTS_MET: folder } = process.env;

/** Ends the process and its workers when the test is gone: a mutant may never end by itself. */
const WATCH = `
  const { parentPort } = require('node:worker_threads');
  const parent = process.ppid;
  const workers = [];
  parentPort.on('message', (pid) => workers.push(pid));
  setInterval(() => {
    if (process.ppid === parent) return;
    for (const pid of workers) try { process.kill(pid, 'SIGKILL'); } catch {}
    process.kill(process.pid, 'SIGKILL');
  }, 1000);
`;

if (isMainThread) {
  const { spawn } = childProcess;
  let watch;
  let worker = false;
  if (mutant !== '') {
    const hitLimit = limit === '' ? Number.POSITIVE_INFINITY : Number(limit);
    globalThis.__stryker__ = { activeMutant: mutant, hitCount: 0, hitLimit };
    watch = new Worker(WATCH, { eval: true, execArgv: [], env: {} });
    watch.unref();
  } else {
    process.on('exit', () => {
      const met = globalThis.__stryker__?.mutantCoverage?.static ?? {};
      writeFileSync(join(folder, `${process.pid}`), JSON.stringify({ met, worker }));
    });
  }
  // A worker has an empty environment, and may read next to nothing.
  const start = `data:text/javascript,globalThis.__stryker__ = { activeMutant: ${JSON.stringify(mutant)} };`;
  childProcess.spawn = (command, args, options) => {
    if (command !== process.execPath) return spawn(command, args, options);
    worker = true;
    const started = spawn(command, mutant === '' ? args : ['--import', start, ...args], options);
    watch?.postMessage(started.pid);
    return started;
  };
  syncBuiltinESMExports();
}
