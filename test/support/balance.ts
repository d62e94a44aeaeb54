/** What strings and comments look like: TypeScript's, Python's, or Markdown's, with code between backticks. */
export type Language = 'script' | 'python' | 'prose';

/** Something that a text leaves open. */
export interface Unclosed {
  readonly closer: string;
  /** Where it was opened, UTF-16 units. */
  readonly at: number;
}

export interface Balance {
  /** Innermost last: brackets, quotes, comments. */
  readonly unclosed: readonly Unclosed[];
  /** Whether nothing was closed but what was open, and no line ended in a string of one line. */
  readonly isSound: boolean;
  /** Brackets that belong together, by where they stand. */
  readonly pairs: readonly (readonly [opener: number, closer: number])[];
}

const WORD = /[\p{L}\p{N}_]/u;
/** Python's strings have letters before them. */
const STRING_PREFIX = /(?:^|[^\p{L}\p{N}_])[rbuf]{1,2}$/iu;
const CLOSERS: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' };
const COMMENTS = {
  script: /(?<!:)\/\/(?<line>[^\n]*)(?<end>\n|$)|\/\*(?<block>[\s\S]*?)(?<closed>\*\/|$)/y,
  python: /#(?<line>[^\n]*)(?<end>\n|$)/y,
  // A heading, or a comment in a shell's commands.
  prose: /(?<!\S)# (?<line>[^\n]*)(?<end>\n|$)/y,
} as const;
/** Strings of several lines. */
const TRIPLE = { script: /(?!)/y, python: /"""|'''/y, prose: /``+/y } as const;
const REGULAR_EXPRESSION = /\/(?:[^\\/[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\/\w*/y;
/** What a regular expression may follow, and a division may not. */
const BEFORE_EXPRESSION =
  /(?:^|(?<![\w)\]])!|[(,=:[&|?{};+\-*%~^<>]|\b(?:return|typeof|case|in|of|do|else|void|delete|throw))\s*$/;

/** Brackets, quotes and comments of a text. Brackets in strings, comments and regular expressions are not counted. */
export function balanceOf(text: string, language: Language): Balance {
  const unclosed: Unclosed[] = [];
  const pairs: [number, number][] = [];
  let isSound = true;
  let index = 0;
  while (index < text.length) index = unclosed.at(-1)?.closer === '`' ? template(index) : code(index);
  return { unclosed, isSound, pairs };

  /** @returns where to go on */
  function code(at: number): number {
    const character = text[at]!;
    const comment = matchAt(COMMENTS[language], at);
    if (comment !== undefined) {
      const { end, closed } = comment.groups!;
      if (end === '') unclosed.push({ closer: '\n', at });
      if (closed === '') unclosed.push({ closer: '*/', at });
      return at + comment[0].length;
    }
    if (language === 'script' && character === '/' && BEFORE_EXPRESSION.test(text.slice(Math.max(0, at - 50), at))) {
      const expression = matchAt(REGULAR_EXPRESSION, at);
      if (expression !== undefined) return at + expression[0].length;
    }
    if (language === 'script' && character === '`') {
      unclosed.push({ closer: '`', at });
      return at + 1;
    }
    if (character === '"' || (language === 'prose' ? character === '`' : isQuote(at))) return string(at);
    const closer = CLOSERS[character];
    if (closer !== undefined) unclosed.push({ closer, at });
    else if (')]}'.includes(character)) close(character, at);
    return at + 1;
  }

  /** An apostrophe within a word is none. */
  function isQuote(at: number): boolean {
    const isWithinWord = WORD.test(text[at - 1] ?? '') && WORD.test(text[at + 1] ?? '');
    return text[at] === "'" && !(isWithinWord && !STRING_PREFIX.test(text.slice(Math.max(0, at - 3), at)));
  }

  function string(at: number): number {
    const triple = matchAt(TRIPLE[language], at)?.[0];
    const quotes = triple ?? text[at]!;
    for (let end = at + quotes.length; end < text.length; end++) {
      if (text[end] === '\\') end++;
      else if (text.startsWith(quotes, end)) return end + quotes.length;
      else if (text[end] === '\n' && triple === undefined && quotes !== '`') {
        isSound = false;
        return end;
      }
    }
    unclosed.push({ closer: quotes, at });
    return text.length;
  }

  function template(at: number): number {
    if (text[at] === '\\') return at + 2;
    if (text[at] === '`') unclosed.pop();
    else if (text.startsWith('${', at)) {
      unclosed.push({ closer: '}', at });
      return at + 2;
    }
    return at + 1;
  }

  function close(character: string, at: number): void {
    const opener = unclosed.at(-1);
    if (opener?.closer !== character) {
      isSound = false;
      return;
    }
    unclosed.pop();
    pairs.push([opener.at, at]);
  }

  function matchAt(pattern: RegExp, at: number): RegExpExecArray | undefined {
    pattern.lastIndex = at;
    return pattern.exec(text) ?? undefined;
  }
}

export function isBalanced(text: string, language: Language): boolean {
  const { unclosed, isSound } = balanceOf(text, language);
  // A comment may end with the text.
  return isSound && unclosed.every(({ closer }) => closer === '\n');
}
