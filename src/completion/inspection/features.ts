import { Feature } from '../../protocol/inspection.ts';

export const FEATURES = Feature.options;

interface CommentStyle {
  /** What a comment begins with that ends with its line. */
  readonly line: readonly string[];
  readonly block?: readonly [string, string];
}

const C_LIKE: CommentStyle = { line: ['//'], block: ['/*', '*/'] };
const HASH: CommentStyle = { line: ['#'] };
const STYLES: Readonly<Record<string, CommentStyle>> = {
  ...Object.fromEntries(['py', 'rb', 'sh', 'bash', 'yml', 'yaml', 'toml', 'r', 'pl', 'jl'].map((name) => [name, HASH])),
  ...Object.fromEntries(['sql', 'lua', 'hs', 'elm'].map((name) => [name, { line: ['--'] }])),
  ...Object.fromEntries(
    ['html', 'xml', 'md', 'svg'].map((name) => [name, { line: [], block: ['<!--', '-->'] as const }]),
  ),
  css: { line: [], block: ['/*', '*/'] },
};

/**
 * The features of a text, one number per character (code point): 1 inside quotes or comments, their marks included, and
 * 0 outside; how many brackets are open; how far the line is indented; the column.
 *
 * @param path tells by its extension what comments look like
 */
export function featuresOf(text: string, path: string): Readonly<Record<Feature, Float32Array>> {
  const style = STYLES[/\.(\w+)$/.exec(path)?.[1]?.toLowerCase() ?? ''] ?? C_LIKE;
  const characters = [...text];
  const values = Object.fromEntries(FEATURES.map((name) => [name, new Float32Array(characters.length)])) as Record<
    Feature,
    Float32Array
  >;
  let inside: Inside = { type: 'code' };
  let depth = 0;
  let column = 0;
  let indent = 0;
  for (let index = 0; index < characters.length; index++) {
    const character = characters[index]!;
    const before = inside;
    inside = enter(inside, characters, index, style);
    if (inside.type === 'code') {
      if ('([{'.includes(character)) depth++;
      else if (')]}'.includes(character)) depth = Math.max(0, depth - 1);
    }
    if (column === indent && (character === ' ' || character === '\t')) indent++;
    values.quotes[index] = Number(inside.type === 'quotes');
    values.comments[index] = Number(inside.type === 'comment');
    values.brackets[index] = depth;
    values.indentation[index] = indent;
    values['line-position'][index] = column;
    inside = leave(inside, before, characters, index);
    column++;
    if (character === '\n') {
      column = 0;
      indent = 0;
    }
  }
  return values;
}

type Inside =
  | { readonly type: 'code' }
  | { readonly type: 'quotes'; readonly quote: string }
  /** `from`: where its end may begin. */
  | { readonly type: 'comment'; readonly end: string; readonly from: number };

const CODE: Inside = { type: 'code' };

/** What the character at an index begins. */
function enter(inside: Inside, characters: readonly string[], index: number, style: CommentStyle): Inside {
  if (inside.type !== 'code') return inside;
  const begins = (mark: string) => characters.slice(index, index + mark.length).join('') === mark;
  if (style.line.some(begins)) return { type: 'comment', end: '\n', from: index };
  if (style.block !== undefined && begins(style.block[0])) {
    return { type: 'comment', end: style.block[1], from: index + style.block[0].length };
  }
  const character = characters[index]!;
  // An apostrophe in a word is none.
  const isQuote = '"`'.includes(character) || (character === "'" && !/\w/.test(characters[index - 1] ?? ''));
  return isQuote ? { type: 'quotes', quote: character } : inside;
}

/** What is left after the character at an index. */
function leave(inside: Inside, before: Inside, characters: readonly string[], index: number): Inside {
  switch (inside.type) {
    case 'code':
      return inside;
    case 'comment': {
      const start = index + 1 - inside.end.length;
      const ends = characters.slice(Math.max(0, start), index + 1).join('') === inside.end;
      return ends && start >= inside.from ? CODE : inside;
    }
    case 'quotes': {
      const character = characters[index];
      if (character === '\n' && inside.quote !== '`') return CODE; // not closed
      if (before.type === 'code' || character !== inside.quote) return inside;
      return isEscaped(characters, index) ? inside : CODE;
    }
  }
}

function isEscaped(characters: readonly string[], index: number): boolean {
  let backslashes = 0;
  while (characters[index - 1 - backslashes] === '\\') backslashes++;
  return backslashes % 2 === 1;
}
