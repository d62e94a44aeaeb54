import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { random } from '../../../../src/base/random.ts';
import { mayCompleteBefore, postProcessed } from '../../../../src/completion/suggestion/postProcessing.ts';
import { typingOf } from '../../../../src/evaluation/keystrokes.ts';
import { balanceOf, isBalanced, type Language, type Unclosed } from '../../../support/balance.ts';

const ROOT = new URL('../../../../', import.meta.url).pathname;
const TEXTS: Readonly<Record<string, readonly [Language, string, RegExp]>> = {
  rxjs: ['script', 'node_modules/rxjs/src', /\.ts$/],
  'lodash-es': ['script', 'node_modules/lodash-es', /\.js$/],
  preact: ['script', 'node_modules/preact/src', /\.js$/],
  'declarations of TypeScript': ['script', 'node_modules/typescript/lib', /^lib\..*\.d\.ts$/],
  'components of Preact': ['script', 'node_modules/@preact', /\.tsx?$/],
  Markdown: ['prose', 'node_modules/@vscode', /\.md$/],
  Python: ['python', 'test/fixtures', /\.py$/],
};
/** UTF-16 units. */
const [LONGEST_FILE, LONGEST_SUGGESTION] = [15_000, 120];
const [FILES, PLACES, RUNS] = [30, 500, Number(process.env['INKLING_BALANCE_RUNS'] ?? 1200)];
const SEED = Number(process.env['INKLING_BALANCE_SEED'] ?? 1);
/** Places are alike where so many characters before them are the same. */
const ALIKE = 4;
const SIGNS = { script: '()[]{}\'"`;,\n', python: '()[]{}\'";,\n', prose: '()[]{}"`;,\n' } as const;

/** An apostrophe that may as well be a quote, and a fence of which a part is missing: what they are only Markdown knows. */
const AMBIGUOUS = /\w'(?!\w)|`'|``/;

/** Where somebody types, and what would have come next. */
interface Place {
  readonly before: string;
  /** The rest of a document that is balanced with what is before. */
  readonly after: string;
  readonly next: string;
  /** The document once so much of what comes next was typed. */
  readonly typed: (length: number) => string;
}

describe.each(Object.entries(TEXTS))('In %s, what is accepted', (_, [language, folder, files]) => {
  const texts = textsOf(folder, files);
  const alike = placesAlike(texts);
  const places = [...placesAsTyped(texts, language), ...placesInFinishedFiles(texts, language)];
  const plain = places.filter((place) => isPlain(place, language));

  it('never unbalances brackets or quotes that were balanced', () => {
    let shown = 0;
    const suggestions = fc.record({
      index: fc.nat(places.length - 1),
      other: fc.option(fc.nat(), { freq: 2 }),
      length: fc.integer({ min: 3, max: LONGEST_SUGGESTION }),
      mutations: fc.array(fc.tuple(fc.nat(LONGEST_SUGGESTION), fc.constantFrom('', ...SIGNS[language])), {
        maxLength: 2,
      }),
    });
    fc.assert(
      fc.property(suggestions, ({ index, other, length, mutations }) => {
        const place = places[index]!;
        const others = alike.get(place.before.slice(-ALIKE)) ?? [];
        const whole = other === null || others.length === 0 ? place.next : others[other % others.length]!();
        // In prose a sign more is another word.
        const text = (language === 'prose' ? [] : mutations).reduce(mutated, whole.slice(0, length));
        if (language === 'prose' && AMBIGUOUS.test(text)) return;
        const accepted = acceptedIn(place, text);
        if (accepted === undefined) return;
        shown++;
        expectBalanced(place, accepted, language);
      }),
      { seed: SEED, numRuns: RUNS },
    );
    expect(shown).toBeGreaterThan(RUNS / 3);
  });

  it('is what would have been typed, where that leaves nothing open', () => {
    let compared = 0;
    fc.assert(
      fc.property(fc.nat(plain.length - 1), fc.integer({ min: 3, max: LONGEST_SUGGESTION }), (index, length) => {
        const place = plain[index]!;
        const text = place.next.slice(0, length).trimEnd();
        const typed = place.typed(text.length);
        if (language === 'prose' && AMBIGUOUS.test(text)) return;
        const rest = typed.slice(place.before.length + text.length);
        if (!place.after.endsWith(rest) || !isBalanced(typed, language)) return;
        const accepted = acceptedIn(place, text);
        if (accepted === undefined) return;
        compared++;
        const document = place.before + accepted.text + place.after.slice(accepted.replaces);
        const expected = isClosedBelow(place, text, accepted) ? place.typed(accepted.text.length) : typed;
        expect(withoutSpace(document), said({ ...place, ...accepted, whole: text })).toBe(withoutSpace(expected));
      }),
      { seed: SEED, numRuns: RUNS },
    );
    expect(compared).toBeGreaterThan(RUNS / 10);
  });
});

function acceptedIn({ before, after }: Place, text: string) {
  return postProcessed({ text, before, after });
}

/** Whether what is left out begins with a bracket that stands on a line below. */
function isClosedBelow({ after }: Place, text: string, accepted: { text: string; replaces: number }): boolean {
  const left = withoutSpace(text.slice(accepted.text.length));
  const [line, below] = after.slice(accepted.replaces).split(/\n\s*(?=[)\]}])/);
  const closers = withoutSpace(line!).replace(/[;,]$/, '');
  return below !== undefined && left.startsWith(closers) && left[closers.length] === below[0];
}

/**
 * Brackets and quotes that were balanced are so with what is accepted among them, either as it stands or with what it has
 * opened and left open closed at its end, as the editor does for whoever types: it closes nothing but what was open and is
 * no longer closed behind it, and nothing behind it is closed by another or swallowed by a comment or string.
 */
function expectBalanced(
  { before, after }: Place,
  { text, replaces }: { text: string; replaces: number },
  language: Language,
): void {
  const [head, tail] = [before + text, after.slice(replaces)];
  if (isBalanced(head + tail, language)) return;
  const own = opened(before, text, language);
  // Quotes that follow each other at once would be others.
  const closing = own.replace(/^(?=["'`])/, ' ');
  const isSwallowed = own.startsWith('\n') && !/^\s*(?:\n|$)/.test(tail);
  expect(!isSwallowed && isBalanced(head + closing + tail, language), said({ before, after, text, replaces })).toBe(
    true,
  );
}

/** Whether nothing stands behind the cursor but closers of what is open before it, and punctuation. */
function isPlain({ before, after }: Place, language: Language): boolean {
  const closers = balanceOf(before, language).unclosed.reduceRight((all, { closer }) => all + closer, '');
  const line = withoutSpace(/^.*/.exec(after)![0]).replace(/[;,:]+$/, '');
  return closers.startsWith(line);
}

/** Closers of what a text opens and leaves open, a line break for a comment. */
function opened(before: string, text: string, language: Language): string {
  const outer = balanceOf(before, language).unclosed;
  const isOwn = ({ at, closer }: Unclosed, index: number) => outer[index]?.at !== at || outer[index].closer !== closer;
  const own = balanceOf(before + text, language).unclosed.filter(isOwn);
  return own.reduceRight((all, { closer }) => all + closer, '');
}

/** What to look at when it fails. */
function said({
  before,
  after,
  ...others
}: Omit<Place, 'next' | 'typed'> & { readonly [what: string]: unknown }): string {
  return JSON.stringify({ before: before.slice(-200), after: after.slice(0, 100), ...others }, undefined, 1);
}

function mutated(text: string, [at, sign]: readonly [number, string]): string {
  const index = text.length === 0 ? 0 : at % text.length;
  return sign === '' ? text.slice(0, index) + text.slice(index + 1) : text.slice(0, index) + sign + text.slice(index);
}

function withoutSpace(text: string): string {
  return text.replace(/\s/g, '');
}

function textsOf(folder: string, files: RegExp): string[] {
  const paths = readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }).filter((path) =>
    files.test(path),
  );
  const texts = paths.sort().map((path) => readFileSync(join(ROOT, folder, path), 'utf8').replaceAll('\r\n', '\n'));
  const fitting = texts.filter((text) => text.length <= LONGEST_FILE && !/[\ud800-\udfff]/.test(text));
  const step = Math.max(1, fitting.length / FILES);
  return Array.from({ length: Math.min(FILES, fitting.length) }, (_, index) => fitting[Math.floor(index * step)]!);
}

/** What follows somewhere, by the characters before it. */
function placesAlike(texts: readonly string[]): Map<string, (() => string)[]> {
  const alike = new Map<string, (() => string)[]>();
  for (const text of texts) {
    for (let at = ALIKE; at < text.length; at++) {
      const key = text.slice(at - ALIKE, at);
      const places = alike.get(key) ?? [];
      if (places.length === 0) alike.set(key, places);
      if (places.length < 50) places.push(() => text.slice(at, at + LONGEST_SUGGESTION));
    }
  }
  return alike;
}

/** In files that are being written, with the closers that the editor has inserted behind the cursor. */
function placesAsTyped(texts: readonly string[], language: Language): Place[] {
  const typings = texts.map((text) => ({ text, typing: typingOf([...text]) }));
  return some(PLACES, (next) => {
    const { text, typing } = typings[Math.floor(next() * typings.length)]!;
    const at = Math.floor(next() * text.length);
    const typed = (length: number) => text.slice(0, at + length) + typing.insertedAt(at + length);
    return { before: text.slice(0, at), after: typing.insertedAt(at), next: text.slice(at), typed };
  }).filter(({ before, after }) => isBalanced(before + after, language));
}

/** Between two brackets of a file, what stood there taken out. */
function placesInFinishedFiles(texts: readonly string[], language: Language): Place[] {
  const balances = texts
    .map((text) => ({ text, ...balanceOf(text, language) }))
    .filter(({ pairs }) => pairs.length > 0);
  return some(PLACES, (next) => {
    const { text, pairs } = balances[Math.floor(next() * balances.length)]!;
    const [opener, closer] = pairs[Math.floor(next() * pairs.length)]!;
    const [before, after, start] = [text.slice(0, opener + 1), text.slice(closer), opener + 1];
    const end = /^.*/.exec(after)![0].length + closer;
    const typed = (length: number) => (start + length < closer ? text.slice(0, start + length) + after : text);
    return { before, after, next: text.slice(start, end), typed };
  }).filter(({ before, after }) => isBalanced(before + after, language) && mayCompleteBefore(after));
}

function some<T>(count: number, one: (next: () => number) => T): T[] {
  const next = random(1);
  return Array.from({ length: count }, () => one(next));
}
