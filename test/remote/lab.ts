import { generateKeyPairSync } from 'node:crypto';
import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { test as base } from 'vitest';
import type { Key } from '../../engine/remote.ts';
import { Project } from '../support/project.ts';

/** Some checkouts of the same project, and the folder that they share. */
export class Lab {
  readonly shared = realpathSync(mkdtempSync(join(tmpdir(), 'pipeline-test-shared-')));
  readonly url = pathToFileURL(this.shared).href;
  readonly #projects: Project[] = [];
  readonly #files: string[] = [];

  /** A checkout of a project: what is committed, and nothing else. */
  clone(of?: Project): Project {
    const project = new Project();
    this.#projects.push(project);
    if (of !== undefined) for (const path of ['pipeline.ts', 'artifacts/lock.json']) project.write(path, of.read(path));
    return project;
  }

  async push(from: Project, env: Readonly<Record<string, string>> = {}, ...args: readonly string[]): Promise<void> {
    const { exitCode, stdout, stderr } = await from.start(['push', '--remote', this.url, ...args], env).outcome();
    if (exitCode !== 0) throw new Error(`push ended with ${exitCode}: ${stdout}${stderr}`);
  }

  /** The keys of all that is shared. */
  keys(shelf: 'cas' | 'ac'): Key[] {
    return readdirSync(join(this.shared, shelf)).map((name): Key => `${shelf}/${name}`);
  }

  read(key: Key): string {
    return readFileSync(join(this.shared, key), 'utf8');
  }

  /** The key of the object that holds a text. */
  objectOf(text: string): Key {
    const key = this.keys('cas').find((candidate) => this.read(candidate) === text);
    if (key === undefined) throw new Error(`nothing shared holds '${text}'`);
    return key;
  }

  /** The key of the result that has an object among its outputs. */
  resultOf(text: string): Key {
    const digest = this.objectOf(text).slice('cas/'.length);
    const key = this.keys('ac').find((candidate) => this.read(candidate).includes(digest));
    if (key === undefined) throw new Error(`nothing shared is a result with '${text}'`);
    return key;
  }

  write(key: Key, contents: string): void {
    const path = join(this.shared, key);
    chmodSync(path, 0o644);
    writeFileSync(path, contents);
  }

  /** Leaves nothing in the shared folder. */
  empty(): void {
    rmSync(this.shared, { recursive: true });
    for (const shelf of ['cas', 'ac']) mkdirSync(join(this.shared, shelf), { recursive: true });
  }

  delete(key: Key): void {
    rmSync(join(this.shared, key));
  }

  /** A pair of keys, as files beside the shared folder. */
  keyPair(name: string): { readonly secret: string; readonly open: string } {
    const { privateKey, publicKey } = generateKeyPairSync('ed25519');
    const secret = `${this.shared}.${name}.pem`;
    const open = `${this.shared}.${name}.pub.pem`;
    writeFileSync(secret, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
    writeFileSync(open, publicKey.export({ type: 'spki', format: 'pem' }));
    this.#files.push(secret, open);
    return { secret, open };
  }

  async remove(): Promise<void> {
    for (const project of this.#projects) await project.remove();
    for (const path of [this.shared, ...this.#files]) rmSync(path, { recursive: true, force: true });
  }
}

/** A lab with a maker, who has made everything, and shares it; the tests of a file have the same maker, and shared folders of their own. */
export const test = base.extend<{ readonly lab: Lab; readonly origin: { readonly lab: Lab; readonly maker: Project } }>(
  {
    origin: [
      // biome-ignore lint/correctness/noEmptyPattern: this is how Vitest knows that it needs nothing else
      async ({}, use) => {
        const lab = new Lab();
        const maker = lab.clone();
        await maker.all();
        await lab.push(maker);
        await use({ lab, maker });
        await lab.remove();
      },
      { scope: 'file' },
    ],
    lab: async ({ origin }, use) => {
      const lab = new Lab();
      cpSync(origin.lab.shared, lab.shared, { recursive: true });
      await use(lab);
      await lab.remove();
    },
  },
);
