import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { isMainThread } from 'node:worker_threads';

/**
 * Has Node write to the file CALL_RECORD, a line of JSON each, what the command line does to files, what it waits for to be on the
 * disk, and what it says: in the order in which it happens.
 */
const { CALL_RECORD } = process.env;

if (isMainThread && CALL_RECORD !== undefined && process.argv[1]?.endsWith('pipeline.ts')) {
  const real = { ...fs };
  const record = real.openSync(CALL_RECORD, 'w');
  const note = (...call) => real.writeSync(record, `${JSON.stringify(call)}\n`);
  const bytesOf = (data) => Buffer.from(data).toString('base64');
  const after = (name, noteCall) => {
    fs[name] = (...args) => {
      const result = real[name](...args);
      noteCall(result, ...args);
      return result;
    };
  };
  after('openSync', (fd, path, flags = 'r') => note('open', fd, path, flags));
  after('closeSync', (_, fd) => note('close', fd));
  after('ftruncateSync', (_, fd, size = 0) => note('truncate', fd, size));
  after('renameSync', (_, from, to) => note('rename', from, to));
  after('linkSync', (_, from, to) => note('link', from, to));
  after('rmSync', (_, path) => note('remove', path));
  after('mkdirSync', (_, path) => note('make', path));
  after('copyFileSync', (_, from, to) => note('file', to, bytesOf(real.readFileSync(from))));
  after('writeFileSync', (_, file, data) => {
    if (typeof file === 'number') note('write', file, bytesOf(data));
    else note('file', file, bytesOf(data));
  });
  after('fsyncSync', (_, fd) => {
    note('sync', fd);
    note('synced', fd);
  });
  fs.fsync = (fd, done) => {
    note('sync', fd);
    real.fsync(fd, (error) => {
      if (error === null) note('synced', fd);
      done(error);
    });
  };
  syncBuiltinESMExports();
  const say = process.stdout.write.bind(process.stdout);
  process.stdout.write = (text, ...rest) => {
    note('say', String(text));
    return say(text, ...rest);
  };
}
