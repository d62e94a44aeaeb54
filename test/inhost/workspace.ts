import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** What the suite in the extension host is told about where it is. */
export const ENVIRONMENT = {
  /** The folder that {@link makeWorkspace} filled. */
  workspace: 'INKLING_TEST_WORKSPACE',
  /** VS Code's folder with one folder for each workspace. */
  storages: 'INKLING_TEST_STORAGES',
  /** The file that the results go to. */
  results: 'INKLING_TEST_RESULTS',
} as const;

/** Settings that go with the workspace: a training of a few seconds that learns it by heart. */
export const SETTINGS = {
  // What is taken is looked for in the last line.
  'inkling.completions.multiline': false,
  'inkling.training.minutes': 0.4,
  'inkling.training.hidden': 128,
  'inkling.training.exclude': ['generated'],
  'files.exclude': { '**/hidden': true, '**/shown': false },
  'search.exclude': { '**/vendored': true },
  'editor.autoClosingBrackets': 'never',
  '[javascript]': { 'editor.autoClosingBrackets': 'always' },
};

/** Modules that report, in JavaScript. */
export const REPORTS = Array.from({ length: 6 }, (_, index) => `client/report${index}.js`);

/** What each of their functions begins with. */
export const REPORT = '  console.log(formatOrderForCustomer(order));';

/** Modules of both folders, as their paths are learnt. */
export const MODULES = ['client', 'server'].flatMap((folder) => [
  ...Array.from({ length: 12 }, (_, index) => `${folder}/module${index}.ts`),
  `${folder}/shown/module.ts`,
]);

/** All that is to be learnt. */
export const LEARNT = ['client/.gitignore', ...MODULES, ...REPORTS];

/** And files that are not, each for a reason of its own. */
const LEFT_OUT = ['ignored.ts', 'hidden/a.ts', 'vendored/a.ts', 'generated/a.ts', 'node_modules/a/index.js', '.env'];

/**
 * Writes a workspace of two folders.
 *
 * @returns its `.code-workspace` file
 */
export function makeWorkspace(folder: string): string {
  for (const [index, path] of MODULES.entries()) write(join(folder, path), moduleText(index));
  for (const [index, path] of REPORTS.entries()) write(join(folder, path), reportText(index));
  for (const [index, path] of LEFT_OUT.entries()) write(join(folder, 'client', path), moduleText(100 + index));
  write(join(folder, 'client', '.gitignore'), 'ignored.ts\n');
  const file = join(folder, 'two.code-workspace');
  write(file, JSON.stringify({ folders: [{ path: 'client' }, { path: 'server' }], settings: SETTINGS }));
  return file;
}

/** As often the one as the other, in no order. */
export const CALLS = ['findCustomerByIdentifier(identifier);', 'loadSuppliersOfCustomer(identifier);'] as const;

function moduleText(index: number): string {
  const lines = Array.from(
    { length: 12 },
    (_, line) => `export function loadCustomer${index}x${line}(identifier: string): Promise<Customer> {
  return this.repository.${CALLS[((index * 73 + line * 37) >> 2) % 2]}
}
`,
  );
  return `import { Customer } from './customer';\n\n${lines.join('\n')}`;
}

function reportText(index: number): string {
  const functions = Array.from(
    { length: 10 },
    (_, line) => `export function report${index}x${line}(order) {\n${REPORT}\n  return describe(order);\n}\n`,
  );
  return functions.join('\n');
}

function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}
