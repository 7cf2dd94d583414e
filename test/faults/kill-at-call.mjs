import fs, { writeFileSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { isMainThread } from 'node:worker_threads';

/**
 * Has Node kill its process group just before the command line's nth call that may change a file of the build, where n is
 * KILL_AT_CALL. A process that ends of itself writes how many such calls it has made to the file CALL_COUNT.
 */
const calls = [
  'appendFileSync',
  'chmodSync',
  'copyFileSync',
  'fsync',
  'fsyncSync',
  'ftruncateSync',
  'linkSync',
  'mkdirSync',
  'mkdtempSync',
  'openSync',
  'renameSync',
  'rmSync',
  'writeFileSync',
  'writeSync',
];

const { CALL_COUNT, KILL_AT_CALL } = process.env;

if (isMainThread && process.argv[1]?.endsWith('pipeline.ts')) {
  let count = 0;
  for (const name of calls) {
    const call = fs[name];
    fs[name] = (...args) => {
      if (typeof args[0] === 'number' || /\/(artifacts|figures)\b/.test(args[0])) count += 1;
      if (count === Number(KILL_AT_CALL)) process.kill(0, 'SIGKILL');
      return call(...args);
    };
  }
  syncBuiltinESMExports();
  if (CALL_COUNT !== undefined) process.on('exit', () => writeFileSync(CALL_COUNT, `${count}`));
}
