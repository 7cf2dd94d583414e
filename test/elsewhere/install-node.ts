import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';

/** Installs the Node of a package of npm below a folder; returns its path. */
export async function installNode(folder: string, name: string, version: string): Promise<string> {
  const place = join(folder, `${name}-${version}`);
  mkdirSync(place);
  await execa('npm', ['install', '--prefix', place, '--no-save', '--force', '--ignore-scripts', `${name}@${version}`]);
  return join(place, 'node_modules', name, 'bin/node');
}
