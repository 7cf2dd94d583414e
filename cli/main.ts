import { Argument, Command, CommanderError, Option } from 'commander';
import { describeError, UsageError, UserError } from '../engine/errors.ts';
import type { ParamsSchema } from '../engine/kind.ts';
import type { Pipeline } from '../engine/pipeline.ts';
import { all } from './all.ts';
import { DEFAULT_OUT } from './choice.ts';
import { completion, SHELLS } from './completion.ts';
import { isTaken } from './load-again.ts';
import {
  collected,
  configurable,
  executing,
  nonNegativeNumber,
  runnable,
  runOptionsOf,
  sharing,
  watchable,
} from './options.ts';
import { printError } from './print.ts';

const FAILED = 1;
const WRONG_USAGE = 2;

const EXAMPLES = `
For example
  all                                 bring everything up to date
  run <target> --set path=value       one target with another param, into ${DEFAULT_OUT}/
  why <target or file>                why it would run; what made a file
  status 'train-*'                    what is not up to date, of some
  all --executor slurm                the same on a cluster; Ctrl-C leaves the jobs at work, cancel ends them
  check                               whether the checkout is what its lock says
  pull --remote https://…             what is published, from a shared store, without running anything
  graph <target> --kinds              what it is built from, for dot`;

/**
 * Runs the command that the process was started with, and sets its exit code: 0 done, 1 failed, 2 wrong usage,
 * 130 interrupted.
 */
export async function main<Schema extends ParamsSchema>(pipeline: Pipeline<Schema>): Promise<void> {
  if (isTaken(pipeline)) return;
  // Where a reader of the output, such as head, has seen enough, the work goes on.
  process.stdout.on('error', (error) => {
    if ('code' in error && error.code === 'EPIPE') return;
    printError(`error: standard output can't be written: ${describeError(error)}`);
    process.exit(FAILED);
  });
  // There is nobody else to tell.
  process.stderr.on('error', () => {});
  try {
    await programFor(pipeline).parseAsync();
  } catch (error) {
    process.exitCode = exitCodeOf(error);
  }
}

function exitCodeOf(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : WRONG_USAGE;
  printError(complaintOf(error));
  return error instanceof UsageError ? WRONG_USAGE : FAILED;
}

function complaintOf(error: unknown): string {
  if (!(error instanceof Error)) return `defect: ${error}`;
  // As after a pull that has brought a new one.
  const [, lacking] = /^Cannot find package '([^']+)'/.exec(error.message) ?? [];
  if (lacking !== undefined) return `error: the package ${lacking} is not installed: run npm ci`;
  // What the operating system refuses is no defect of ours.
  return error instanceof UserError || 'syscall' in error ? `error: ${describeError(error)}` : `defect: ${error.stack}`;
}

/** The commands. All but `all` are loaded when they are called, so that `all` starts sooner. */
function programFor(pipeline: Pipeline): Command {
  const program = new Command('pipeline.ts')
    .description('Builds what is not up to date. Targets are names of stages, folders of names, or globs over either.')
    .exitOverride()
    .showHelpAfterError('(--help shows all commands and options)')
    .addHelpText('after', EXAMPLES);

  const add = (name: string, description: string) => configurable(program.command(name).description(description));
  const exitWith = (code: number) => {
    process.exitCode = code;
  };

  const withRunOptions = <Options extends Record<string, unknown>>(options: Options) => ({
    ...options,
    runOptions: runOptionsOf(pipeline, options),
  });

  const everything = add('all', 'bring every stage up to date')
    .option('--watch', 'and again whenever a file changes')
    .addOption(new Option('--stand-by', 'and again when the process that watches says so').hideHelp());
  runnable(everything, pipeline).action(async ({ watch: watched, standBy: standsBy, ...options }) => {
    if (watched) {
      const { watch } = await import('./watch.ts');
      const withoutWatching = process.argv.slice(2).filter((word) => word !== '--watch');
      return exitWith(await watch(pipeline, withoutWatching, options));
    }
    const bringUpToDate = standsBy ? (await import('./stand-by.ts')).standBy : all;
    exitWith(await bringUpToDate(pipeline, withRunOptions(options)));
  });
  runnable(
    add('run', 'bring the targets and all that they are built from up to date').argument('<target...>'),
    pipeline,
  ).action(async (targets, options) => {
    const { run } = await import('./run.ts');
    exitWith(await run(pipeline, targets, withRunOptions(options)));
  });
  const pulling = add('pull', 'bring the targets, or all that is published, from a shared store; runs nothing');
  sharing(watchable(pulling.argument('[target...]'), pipeline)).action(async (targets, options) => {
    const { pull } = await import('./pull.ts');
    exitWith(await pull(pipeline, targets, { ...withRunOptions(options), accept: [] }));
  });
  sharing(
    add('push', 'bring the results of the targets, or of all, to a shared store; PIPELINE_SIGNING_KEY signs them'),
  )
    .argument('[target...]')
    .option('--force', 'write results again that are there')
    .option('--json', 'print one JSON object')
    .action(async (targets, options) => exitWith(await (await import('./push.ts')).push(pipeline, targets, options)));
  const { page } = pipeline;
  if (page !== undefined) {
    const command = add(page.stage, page.about).option(
      '--against <ref or folder>',
      'compare with a commit, or with a folder',
    );
    runnable(command, pipeline).action(async (options) => {
      const { openPage } = await import('./page.ts');
      exitWith(await openPage(pipeline, page, withRunOptions(options)));
    });
  }
  program
    .command('cancel')
    .description('cancel what an earlier run has left in Slurm')
    .action(async () => exitWith(await (await import('./cancel.ts')).cancel(pipeline)));
  sharing(add('status', 'show which stages are not up to date'))
    .argument('[target...]')
    .option('--json', 'print one JSON object')
    .action(async (targets, options) =>
      exitWith(await (await import('./status.ts')).status(pipeline, targets, options)),
    );
  const explaining = 'explain the state of the targets, with every reason; or what made a file, such as a figure';
  sharing(add('why', explaining))
    .argument('<target...>')
    .option('--json', 'print one JSON object a target')
    .action(async (targets, options) => exitWith(await (await import('./why.ts')).why(pipeline, targets, options)));
  add('invalidate', 'have the targets run anew, whatever was recorded of them')
    .argument('<target...>')
    .action(async (targets, options) =>
      exitWith(await (await import('./invalidate.ts')).invalidate(pipeline, targets, options)),
    );
  add('graph', 'draw the graph')
    .argument('[target...]')
    .addOption(new Option('--format <format>', 'language of the drawing').choices(['dot', 'mermaid']).default('dot'))
    .option('--kinds', 'draw all stages of a kind as one')
    .action(async (targets, options) => exitWith(await (await import('./graph.ts')).graph(pipeline, targets, options)));
  add('list', 'list all stages')
    .option('--json', 'print one JSON object')
    .action(async (options) => exitWith(await (await import('./list.ts')).list(pipeline, options)));
  add('log', 'show what the last run of a stage had to say')
    .argument('<stage>')
    .action(async (target, options) => exitWith(await (await import('./log.ts')).log(pipeline, target, options)));
  const exported = program.command('export').description('hand on what was made, or how, in the form of other tools');
  configurable(
    exported
      .command('ro-crate')
      .description('a Workflow Run RO-Crate: of everything, or of the targets stage by stage'),
  )
    .argument('<folder>', 'a new folder')
    .argument('[target...]')
    .action(async (folder, targets, options) =>
      exitWith(await (await import('./export/ro-crate.ts')).exportRoCrate(pipeline, folder, targets, options)),
    );
  configurable(
    exported.command('snakemake').description('a Snakefile whose rules run the stages of the targets, or all'),
  )
    .argument('<file>', 'the Snakefile')
    .argument('[target...]')
    .action(async (file, targets, options) =>
      exitWith(await (await import('./export/snakemake.ts')).exportSnakemake(pipeline, file, targets, options)),
    );
  program
    .command('verify')
    .description('read the whole store, and say what is damaged or missing')
    .option('--json', 'print one JSON object')
    .action(async (options) => exitWith((await import('./verify.ts')).verify(pipeline, options)));
  program
    .command('gc')
    .description('remove what neither the pipeline nor the lock of any local branch or tag needs')
    .option('--keep-days <n>', 'keep results of the last n days', nonNegativeNumber, 0)
    .option('--dry-run', 'show what would be removed, and remove nothing')
    .option('--remote <url>', 'collect a shared store: what is older than --keep-days, and in none of the locks')
    .option('--lock <file>', 'the lock of one who uses the shared store, repeatable', collected, [])
    .action(async (options) => exitWith(await (await import('./gc.ts')).gc(pipeline, options)));
  program
    .command('diff')
    .description('show how the lock differs from that of a commit')
    .argument('[ref]', 'a commit, branch or tag', 'HEAD')
    .option('--json', 'print one JSON object')
    .action(async (ref, options) => exitWith(await (await import('./diff.ts')).diff(pipeline, ref, options)));
  const checking = program.command('check').description('compare the checkout with its lock, for CI; runs nothing');
  executing(watchable(checking, pipeline))
    .argument('[target...]')
    .option('--rebuild', 'run everything, or the targets, anew in an empty folder, and compare the bytes')
    .action(async (targets, options) => {
      const { check } = await import('./check.ts');
      exitWith(await check(pipeline, targets, withRunOptions(options)));
    });
  program
    .command('completion')
    .description(
      'print the script by which a shell completes commands, options and stages; its first lines say where to put it',
    )
    .addArgument(new Argument('<shell>').choices(SHELLS))
    .action(completion);
  program
    .command('complete', { hidden: true })
    .argument('[word...]', 'the words so far')
    .action(async (words) => (await import('./complete.ts')).complete(pipeline, program, words));
  return program;
}
