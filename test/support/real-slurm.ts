import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { availableParallelism, tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { until } from './poll.ts';

// Debian has the daemons where root looks for them.
const PATH = `${process.env.PATH}:/usr/sbin:/sbin`;

function runs(command: string, flag: string): boolean {
  try {
    execFileSync(command, [flag], { env: { PATH }, stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

export const hasSlurm = runs('slurmctld', '-V') && runs('slurmd', '-V') && runs('munged', '--version');

/** Slurm as a cluster of this machine alone, without accounting, as small clusters have it. */
export class RealSlurm {
  readonly #folder = realpathSync(mkdtempSync(join(tmpdir(), 'slurm-test-')));
  readonly #daemons: { readonly process: ChildProcess; readonly ended: Promise<unknown> }[] = [];

  /** What a process must find to reach it. */
  get environment(): Record<string, string> {
    return { SLURM_CONF: this.path('slurm.conf') };
  }

  path(name: string): string {
    return join(this.#folder, name);
  }

  static async start(): Promise<RealSlurm> {
    const slurm = new RealSlurm();
    for (const folder of ['state', 'spool', 'munge']) mkdirSync(slurm.path(folder), { mode: 0o700 });
    writeFileSync(slurm.path('munge/key'), randomBytes(128), { mode: 0o400 });
    const [controller, node] = await freePorts(2);
    writeFileSync(slurm.path('slurm.conf'), slurm.#configuration(controller ?? 0, node ?? 0));
    const files = { socket: 'socket', 'key-file': 'key', 'pid-file': 'pid', 'log-file': 'log', 'seed-file': 'seed' };
    const flags = Object.entries(files).map(([flag, name]) => `--${flag}=${slurm.path(`munge/${name}`)}`);
    slurm.#start('munged', '--foreground', '--force', ...flags);
    slurm.#start('slurmctld', '-D');
    slurm.#start('slurmd', '-D', '-N', 'localhost');
    await until('a node of Slurm', () => slurm.call('sinfo', '--noheader', '--format=%T').trim() === 'idle');
    return slurm;
  }

  /** What a command of Slurm says; nothing if it fails. */
  call(command: string, ...args: readonly string[]): string {
    try {
      const env = { PATH, ...this.environment };
      return execFileSync(command, args, { env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
    } catch {
      return '';
    }
  }

  async stop(): Promise<void> {
    this.call('scancel', '--state=RUNNING', '--signal=KILL', '--full', `--user=${userInfo().username}`);
    for (const { process, ended } of this.#daemons.reverse()) {
      process.kill();
      await ended;
    }
    rmSync(this.#folder, { recursive: true, force: true, maxRetries: 5 });
  }

  #start(command: string, ...args: readonly string[]): void {
    const daemon = spawn(command, args, { env: { PATH, ...this.environment }, stdio: 'ignore' });
    this.#daemons.push({ process: daemon, ended: once(daemon, 'exit') });
  }

  #configuration(controllerPort: number, nodePort: number): string {
    const { username } = userInfo();
    const settings = {
      ClusterName: 'test',
      SlurmctldHost: 'localhost(127.0.0.1)',
      SlurmctldPort: controllerPort,
      SlurmdPort: nodePort,
      SlurmUser: username,
      SlurmdUser: username,
      AuthType: 'auth/munge',
      AuthInfo: `socket=${this.path('munge/socket')}`,
      ProctrackType: 'proctrack/linuxproc',
      TaskPlugin: 'task/none',
      SwitchType: 'switch/none',
      MpiDefault: 'none',
      StateSaveLocation: this.path('state'),
      SlurmdSpoolDir: this.path('spool'),
      SlurmctldPidFile: this.path('slurmctld.pid'),
      SlurmdPidFile: this.path('slurmd.pid'),
      SlurmctldLogFile: this.path('slurmctld.log'),
      SlurmdLogFile: this.path('slurmd.log'),
      SelectType: 'select/cons_tres',
      SelectTypeParameters: 'CR_CPU',
      SchedulerType: 'sched/builtin',
      SchedulerParameters: 'batch_sched_delay=0,sched_interval=1',
      AccountingStorageType: 'accounting_storage/none',
      JobAcctGatherType: 'jobacct_gather/none',
      MaxArraySize: 20,
      ReturnToService: 2,
    };
    const lines = Object.entries(settings).map(([name, value]) => `${name}=${value}`);
    lines.push(`NodeName=localhost NodeAddr=127.0.0.1 CPUs=${availableParallelism()} State=UNKNOWN`);
    lines.push('PartitionName=main Nodes=ALL Default=YES MaxTime=INFINITE State=UP');
    return `${lines.join('\n')}\n`;
  }
}

async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer();
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      return server;
    }),
  );
  return servers.map((server) => {
    const address = server.address();
    server.close();
    return typeof address === 'object' && address !== null ? address.port : 0;
  });
}
