import { basename, dirname, join } from 'node:path';
import { writeFileAtomically } from '../engine/files.ts';
import type { Graph, Stage } from '../engine/graph.ts';
import { ARTIFACTS } from '../engine/layout.ts';
import type { Pipeline } from '../engine/pipeline.ts';
import type { Result } from '../engine/run-request.ts';

/**
 * What a page may know of this machine: a style sheet, since a page reads its values from disk and runs nothing of it.
 */
const BESIDE = 'here.css';
/** Opens the page at the address by which it reads that: a path alone, which is what opens files, has no query. */
const OPENER = 'here.html';

/** Where the page of a pipeline is, from the folder that outputs are put below; undefined if the graph makes none. */
export function pathOfPage({ page }: Pipeline, graph: Graph): string | undefined {
  const file = page && graph.get(page.stage)?.files.get(page.output);
  return file === undefined ? undefined : join(ARTIFACTS, page?.stage ?? '', file);
}

/** The path of the file that opens a page so that it reads what lies beside it. @param page The path of the page. */
export function openerOf(page: string): string {
  return join(dirname(page), OPENER);
}

/** The paths of what lies beside the page. @param folder The folder that outputs are put below. */
export function filesBesidePage(pipeline: Pipeline, graph: Graph, folder: string): string[] {
  const page = pathOfPage(pipeline, graph);
  return page === undefined ? [] : [BESIDE, OPENER].map((name) => join(folder, dirname(page), name));
}

/**
 * Puts beside the page what it may know of this machine: the digest of the page, by which an open one sees that it is
 * old, and how long stages took. Does nothing if the page is none of the results.
 * @param folder The folder that outputs are put below.
 */
export function writeBesidePage(
  pipeline: Pipeline,
  graph: Graph,
  results: ReadonlyMap<Stage, Result>,
  folder: string,
): void {
  const path = pathOfPage(pipeline, graph);
  const stage = graph.get(pipeline.page?.stage ?? '');
  const result = stage && results.get(stage);
  if (path === undefined || result === undefined) return;
  const seconds = [...results].flatMap(([{ name }, { seconds: took }]) =>
    took === undefined ? [] : [[name, Number(took.toPrecision(3))]],
  );
  const packed = Buffer.from(JSON.stringify(Object.fromEntries(seconds))).toString('base64');
  const rule = `#here { --page: "${result.outputs[pipeline.page?.output ?? '']}"; --seconds: "${packed}"; }\n`;
  writeFileAtomically(join(folder, dirname(path), BESIDE), rule);
  const refresh = `<meta http-equiv="refresh" content="0; url=${basename(path)}?here">`;
  writeFileAtomically(join(folder, openerOf(path)), `<!doctype html>${refresh}\n`);
}
