import { init, parse } from 'es-module-lexer';
import { transform } from 'esbuild';
import { UserError } from './errors.ts';

/** What a module does, and what it needs for that. */
export interface ParsedModule {
  /** The code without types, comments and white space. */
  readonly code: string;
  /** Specifiers of all modules that it imports, also dynamically. */
  readonly imports: readonly string[];
  /** Specifiers of all files that it locates from `import.meta`, to read them. */
  readonly located: readonly string[];
}

/** What es-module-lexer gives as the start of the dynamic import for an `import.meta`. */
const IMPORT_META = -2;

/**
 * Parses a TypeScript or JavaScript module.
 * @throws {UserError} if it can't be parsed, or imports something that only running it would tell.
 */
export async function parseModule(source: string, path: string): Promise<ParsedModule> {
  const code = await stripModule(source, path);
  await init;
  const [found] = parse(code);
  const imports: string[] = [];
  const located: string[] = [];
  for (const { d: kind, n: specifier, s: start, e: end } of found) {
    const target = kind === IMPORT_META ? locatedFrom(code, start, end) : specifier;
    if (target === undefined) {
      throw new UserError(
        `${path} imports what only running it would tell: …${code.slice(Math.max(0, start - 20), end + 40)}…\n` +
          'Write the name as a literal, so that a change of the imported file is seen.',
      );
    }
    if (target !== SELF) (kind === IMPORT_META ? located : imports).push(target);
  }
  return { code, imports, located };
}

async function stripModule(source: string, path: string): Promise<string> {
  try {
    const { code } = await transform(source, {
      loader: path.endsWith('x') ? 'tsx' : 'ts',
      target: 'esnext',
      minifyWhitespace: true,
      legalComments: 'none',
      tsconfigRaw: { compilerOptions: { verbatimModuleSyntax: true } },
      logLevel: 'silent',
    });
    return code;
  } catch (error) {
    throw new UserError(`${path} can't be parsed: ${error instanceof Error ? error.message : String(error)}`);
  }
}

const SELF = '';

/**
 * The literal that an `import.meta` at [start, end) locates: in `import.meta.resolve("…")`, `new URL("…",import.meta.url)` or
 * `createRequire(import.meta.url)("…")` or `.resolve("…")` of the same. SELF for a plain `import.meta.url`; undefined for anything else.
 */
function locatedFrom(code: string, start: number, end: number): string | undefined {
  const before = code.slice(0, start);
  const after = code.slice(end);
  if (after.startsWith('.resolve(')) return /^\.resolve\("([^"\\]+)"\)/.exec(after)?.[1];
  if (!/^\.url\b/.test(after)) return undefined;
  if (before.endsWith('createRequire(')) return /^\.url\)(?:\.resolve)?\("([^"\\]+)"\)/.exec(after)?.[1];
  if (before.endsWith(',')) return /new URL\("([^"\\]+)",$/.exec(before)?.[1];
  return SELF;
}
