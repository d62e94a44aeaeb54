import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { applied, editOfNewFile, editsOf, removedLines } from '../../../../src/evaluation/replay/edits.ts';
import { parsePatch } from '../../../../src/evaluation/replay/patch.ts';

const NONE: ReadonlySet<string> = new Set();
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'inkling-edits-'));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Hunks as git finds them. */
function hunksOf(before: string, after: string) {
  const [a, b] = [join(folder, 'a'), join(folder, 'b')];
  writeFileSync(a, before);
  writeFileSync(b, after);
  const options = ['--no-index', '-U0', '--full-index', '--no-color', '--no-ext-diff', '--no-textconv'];
  try {
    execFileSync('git', ['diff', ...options, a, b], { encoding: 'latin1' });
    return [];
  } catch (error) {
    return [...parsePatch((error as { stdout: string }).stdout).values()][0] ?? [];
  }
}

function edits(before: string, after: string, moved = NONE) {
  return editsOf(before, after, hunksOf(before, after), moved);
}

describe('Edits of a file', () => {
  it.each([
    ['a line in the middle', 'one\nthree\n', 'one\ntwo\nthree\n', 3, 0, '\ntwo'],
    ['a line at the beginning', 'two\n', 'one\ntwo\n', 0, 0, 'one\n'],
    ['a line at the end', 'one\n', 'one\ntwo\n', 3, 0, '\ntwo'],
    ['a line behind an end without a line end', 'one', 'one\ntwo', 3, 0, '\ntwo'],
    ['a word within a line', 'call(one);\n', 'call(one, other);\n', 8, 0, ', other'],
    ['a word for another', 'let first = 1;\n', 'let second = 1;\n', 4, 5, 'second'],
    ['what stands behind an emoji', 'a 😀 b\n', 'a 😀 longer\n', 5, 1, 'longer'],
    ['an emoji for another that begins alike', 'a 😀 b\n', 'a 😁 bcde\n', 2, 4, '😁 bcde'],
  ])('are without what was there before: %s', (_, before, after, start, removed, text) => {
    expect(edits(before, after)).toEqual([{ start, removed, parts: [{ text, isTyped: true }] }]);
  });

  it.each([
    ['fewer than three visible characters', 'one\n', 'one\n  })\n'],
    ['more than fifteen hundred', 'one\n', `one\n${'x'.repeat(1501)}\n`],
  ])('are not typed: %s', (_, before, after) => {
    expect(edits(before, after)!.flatMap(({ parts }) => parts.filter(({ isTyped }) => isTyped))).toEqual([]);
  });

  it('are not typed where lines were moved, around which something may be', () => {
    const [before, after] = ['call(one);\nrest\n', 'rest\nnew line\ncall(one);\nanother\n'];
    const hunks = hunksOf(before, after);
    expect(editsOf(before, after, hunks, new Set(removedLines(before, hunks)))!.flatMap(({ parts }) => parts)).toEqual([
      { text: '\nnew line', isTyped: true },
      { text: '\ncall(one);', isTyped: false },
      { text: '\nanother', isTyped: true },
    ]);
  });

  it('are one where the file is new', () => {
    expect(editOfNewFile('one\ntwo\n', NONE)).toEqual({
      start: 0,
      removed: 0,
      parts: [{ text: 'one\ntwo\n', isTyped: true }],
    });
  });

  it('lead from any text to any other', () => {
    const line = fc.oneof(fc.constantFrom('', '}', 'a', '😀', '-- a', '++ b', '\\ No', '@@ -1 +1 @@'), fc.string());
    const text = fc
      .array(line, { maxLength: 8 })
      .map((lines) => lines.join('\n').replaceAll('\r', '').replaceAll('\0', ''));
    fc.assert(
      fc.property(text, text, (before, after) => {
        const found = edits(before, after);
        if (found === undefined) expect(hunksOf(before, after)).toEqual([]);
        else expect(applied(before, found)).toBe(after);
      }),
      { numRuns: 60 },
    );
  });
});
