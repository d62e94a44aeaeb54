import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdirSync, renameSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { GitIgnoreRules } from '../../../src/corpus/gitignore.ts';
import { matcherOf } from '../../../src/corpus/globs.ts';
import { isStrangeName } from '../../../src/corpus/pathRules.ts';
import { scan } from '../../../src/corpus/scan.ts';
import { makeFolder, removeFolder } from '../../support/temporaryFolder.ts';
import type { Target } from '../target.ts';

const LONGEST_MILLISECONDS = 10_000;
const MAXIMUM_BYTES = 3000;

const signs = fc.constantFrom(
  '*',
  '**',
  '/',
  '?',
  '[',
  ']',
  '[!',
  '[[:alpha:]]',
  '{',
  '}',
  ',',
  '!',
  '\\',
  '#',
  ' ',
  'a',
  'b',
  '.',
  '(',
  ')',
  '+',
  '|',
  '-',
);
const pattern = fc.oneof(
  fc.string({ unit: signs, maxLength: 40 }),
  fc.string({ unit: 'binary' }),
  fc.string({ unit: signs }).map((some) => some.repeat(50)),
);
const segment = fc.oneof(
  fc.constantFrom('a', 'b', 'ab', 'a'.repeat(100), 'a b', 'ü', '[a]', '#a', '!a'),
  fc.string({ minLength: 1, maxLength: 10 }).filter((name) => !/[/\0]|^\.\.?$/.test(name)),
);
const path = fc.array(segment, { minLength: 1, maxLength: 30 }).map((parts) => parts.join('/'));

/** Whatever is written in a `.gitignore` or a glob, a path is compared with it in no time. */
export const rules: Target = {
  name: 'ignore rules and globs',
  property: fc.property(fc.array(pattern, { maxLength: 5 }), path, (lines, some) => {
    const before = performance.now();
    const root = GitIgnoreRules.none.below('', lines.join('\n'));
    const below = root.below('a b/[c]', lines.join('\r\n'));
    for (const all of [root, below]) for (const isFolder of [true, false]) all.ignores(some, isFolder);
    matcherOf(lines)?.(some);
    if (performance.now() - before > 2000) throw new Error('It took seconds.');
  }),
};

const name = fc
  .oneof(
    segment,
    fc.constantFrom(
      'new\nline.txt',
      'tab\t',
      '.gitignore',
      '.git',
      'node_modules',
      '-rf',
      '$(x)',
      'a.ts',
      'b.md',
      '.env',
      '\u202etxt.a',
    ),
  )
  .filter((one) => Buffer.byteLength(one) < 200);
const text = fc.string({ unit: 'grapheme', maxLength: 200 });
const content = fc.oneof(
  text.map((some) => Buffer.from(some)),
  fc.uint8Array({ maxLength: 300 }).map((some) => Buffer.from(some)),
  fc.uint8Array({ maxLength: 100 }).map((some) => Buffer.concat([Buffer.of(0xff, 0xfe), some])),
  fc.nat(2 * MAXIMUM_BYTES).map((length) => Buffer.alloc(length, 'x')),
  fc.constantFrom(Buffer.alloc(0), Buffer.from('a\0b'), Buffer.from('# a\n*\n!b\n'), Buffer.of(0xed, 0xa0, 0x80)),
);
const entry = fc.record({
  folders: fc.array(name, { maxLength: 4 }),
  name,
  kind: fc.constantFrom('file', 'file', 'file', 'file', 'link', 'loop', 'pipe', 'sparse'),
  content,
});
/** What happens to an entry while it is read. */
const change = fc.record({
  entry: fc.nat(20),
  how: fc.constantFrom('grow', 'vanish', 'move', 'empty', 'become a folder', 'become a link'),
  after: fc.nat(6),
});

/** Makes an entry, if nothing is in its place. */
function make(
  root: string,
  { folders, name: own, kind, content: bytes }: { folders: string[]; name: string; kind: string; content: Buffer },
) {
  const folder = join(root, ...folders.map((one) => one.replaceAll('/', '_')));
  const place = join(folder, own);
  try {
    mkdirSync(folder, { recursive: true });
    if (kind === 'file') writeFileSync(place, bytes, { flag: 'wx' }); // a pipe would wait for a reader
    if (kind === 'link') symlinkSync('/etc/hostname', place);
    if (kind === 'loop') symlinkSync(root, place);
    if (kind === 'pipe') execFileSync('mkfifo', ['--', place], { stdio: 'ignore' });
    if (kind === 'sparse') {
      writeFileSync(place, '', { flag: 'wx' });
      truncateSync(place, 2 ** 40);
    }
  } catch {
    // Something else has this name.
  }
  return place;
}

function disturb(place: string, how: string): void {
  try {
    if (how === 'grow') appendFileSync(place, 'x'.repeat(5000), { flag: 'r+' });
    else if (how === 'move') renameSync(place, `${place}-moved`);
    else if (how === 'empty') truncateSync(place);
    else rmSync(place);
    if (how === 'become a folder') mkdirSync(place);
    if (how === 'become a link') symlinkSync('/etc/hostname', place);
  } catch {
    // It is not there, or is a folder.
  }
}

/** Whatever lies in a folder, and whatever becomes of it in the meantime, what is read is text. */
export const trees: Target = {
  name: 'folders',
  property: fc.asyncProperty(
    fc.array(entry, { maxLength: 20 }),
    fc.array(change, { maxLength: 4 }),
    fc.array(pattern, { maxLength: 1 }),
    async (entries, changes, exclude) => {
      const root = makeFolder('fuzz');
      try {
        const places = entries.map((one) => make(root, one));
        let told = 0;
        const onProgress = () => {
          for (const { entry: which, how, after } of changes) {
            if (after === told && which < places.length && !entries[which]!.name.includes('/'))
              disturb(places[which]!, how);
          }
          told++;
        };
        const signal = AbortSignal.timeout(LONGEST_MILLISECONDS);
        const { files } = await scan(root, { exclude, maxFileBytes: MAXIMUM_BYTES, onProgress, signal });
        for (const file of files) {
          if (isStrangeName(file.path)) throw new Error(`This is no path for a header: ${JSON.stringify(file.path)}`);
          if (/[\0\r]/.test(file.text) || /\p{Surrogate}/u.test(file.text)) throw new Error('This is no text.');
          if (file.text.length > MAXIMUM_BYTES) throw new Error('It is longer than it may be.');
        }
      } finally {
        removeFolder(root);
      }
    },
  ),
};
