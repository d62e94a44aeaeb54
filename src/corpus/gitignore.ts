import { bytesOf, type GitRule, gitRule, lowered } from './gitPattern.ts';

export interface GitIgnoreOptions {
  /** Leaves the rules out that bring paths back. */
  readonly onlyIgnoring?: boolean;
}

const folding = process.platform === 'win32' || process.platform === 'darwin';

/** Rules of one ignore file, about the paths below a folder. */
class RuleList {
  /** With a slash at its end; '' for the top. */
  readonly #base: string;
  readonly #ignoreCase: boolean;
  readonly #rules: readonly GitRule[];
  /** Of rules without wildcards, by {@link keyOf}, the last of each. */
  readonly #literals = new Map<string, number>();
  /** Indices of the others, the last one first. */
  readonly #others: number[] = [];

  constructor(base: string, rules: readonly GitRule[], ignoreCase: boolean) {
    this.#base = base;
    this.#rules = rules;
    this.#ignoreCase = ignoreCase;
    for (const [index, { literal, isAboutNames, isForFolders }] of rules.entries()) {
      if (literal === undefined) this.#others.push(index);
      else this.#literals.set(keyOf(literal, isAboutNames, isForFolders), index);
    }
    this.#others.reverse();
  }

  /** Rule that decides on a path; undefined: none of these. */
  deciding(path: string, isFolder: boolean): GitRule | undefined {
    const place = this.#placeOf(path);
    if (place === undefined) return undefined;
    const literal = this.#lastLiteral(place, isFolder);
    for (const index of this.#others) {
      if (index < literal) break;
      if (isAbout(this.#rules[index]!, place, isFolder)) return this.#rules[index];
    }
    return this.#rules[literal];
  }

  /**
   * Leaves out the rules for which a folder is ignored, up to one that brings it back.
   *
   * @returns whether there is such a one
   */
  withoutThoseAgainst(folder: string): { readonly list: RuleList; readonly isBroughtBack: boolean } {
    const place = this.#placeOf(folder);
    const against = new Set<GitRule>();
    let isBroughtBack = false;
    if (place !== undefined) {
      for (let index = this.#rules.length - 1; index >= 0 && !isBroughtBack; index--) {
        const rule = this.#rules[index]!;
        if (!isAbout(rule, place, true)) continue;
        if (rule.isNegated) isBroughtBack = true;
        else against.add(rule);
      }
    }
    if (against.size === 0) return { list: this, isBroughtBack };
    const rules = this.#rules.filter((rule) => !against.has(rule));
    return { list: new RuleList(this.#base, rules, this.#ignoreCase), isBroughtBack };
  }

  #placeOf(path: string): Place | undefined {
    if (!path.startsWith(this.#base)) return undefined;
    const inside = path.slice(this.#base.length);
    return { inside, name: inside.slice(inside.lastIndexOf('/') + 1) };
  }

  /** Index of the last rule without wildcards that is about a path; -1: there is none. */
  #lastLiteral({ inside, name }: Place, isFolder: boolean): number {
    let last = -1;
    for (const isAboutNames of [true, false]) {
      const literal = lowered(isAboutNames ? name : inside, this.#ignoreCase);
      for (const isForFolders of isFolder ? [true, false] : [false]) {
        last = Math.max(last, this.#literals.get(keyOf(literal, isAboutNames, isForFolders)) ?? -1);
      }
    }
    return last;
  }
}

/** Path as the rules of one file are compared with it. */
interface Place {
  /** From the rules' folder on. */
  readonly inside: string;
  readonly name: string;
}

function isAbout(rule: GitRule, { inside, name }: Place, isFolder: boolean): boolean {
  return (isFolder || !rule.isForFolders) && rule.matches(rule.isAboutNames ? name : inside);
}

/** Key of a rule without wildcards: its text, and what it is about. Names hold no slash. */
function keyOf(literal: string, isAboutNames: boolean, isForFolders: boolean): string {
  return `${isAboutNames ? '' : '/'}${literal}${isForFolders ? '/' : ''}`;
}

/**
 * Rules of git's ignore files that hold in one folder: of each repository that it lies in those of all files from the
 * least (the user's own for all repositories) to the greatest (the `.gitignore` beside), of which the last rule that
 * matches decides. A path is ignored where the rules of one of the repositories ignore it.
 */
export class GitIgnoreRules {
  static readonly none = new GitIgnoreRules([], undefined, folding);
  /** From the least to the greatest. */
  readonly #lists: readonly RuleList[];
  /** Of the repository around this one. */
  readonly #outer: GitIgnoreRules | undefined;
  readonly #ignoreCase: boolean;

  private constructor(lists: readonly RuleList[], outer: GitIgnoreRules | undefined, ignoreCase: boolean) {
    this.#lists = lists;
    this.#outer = outer;
    this.#ignoreCase = ignoreCase;
  }

  /**
   * Rules below a folder, with those of one more file.
   *
   * @param folder `/` between folders; '' for the top
   * @param content of the file. Git compares bytes, so that it may be in any encoding
   */
  below(folder: string, content: Uint8Array | string, { onlyIgnoring = false }: GitIgnoreOptions = {}): GitIgnoreRules {
    const ignoreCase = this.#ignoreCase;
    const rules = linesOf(content).flatMap(({ line, isCertain }) => {
      const rule = gitRule(line, ignoreCase);
      return rule === undefined || (rule.isNegated && (onlyIgnoring || !isCertain)) ? [] : [rule];
    });
    if (rules.length === 0) return this;
    const base = folder === '' ? '' : `${bytesOf(folder)}/`;
    return new GitIgnoreRules([...this.#lists, new RuleList(base, rules, ignoreCase)], this.#outer, ignoreCase);
  }

  /**
   * As in a repository within this one, which has rules of its own.
   *
   * @param ignoreCase whether letters are compared without their case; default: where file systems do
   */
  within(ignoreCase: boolean = folding): GitIgnoreRules {
    return new GitIgnoreRules([], this, ignoreCase);
  }

  /** Whether git ignores a path, given that it does not ignore the folder it lies in. */
  ignores(path: string, isFolder: boolean): boolean {
    const bytes = bytesOf(path);
    if (this.#ignoresBytes(bytes, isFolder)) return true;
    // A name may be stored in pieces there, and written in one in the rules.
    return process.platform === 'darwin' && this.#ignoresBytes(bytesOf(path.normalize('NFC')), isFolder);
  }

  /** Leaves out the rules for which a folder is ignored: whoever asks for it means it all the same. */
  withoutThoseAgainst(folder: string): GitIgnoreRules {
    const bytes = bytesOf(folder);
    const lists = [...this.#lists];
    for (let index = lists.length - 1; index >= 0; index--) {
      const { list, isBroughtBack } = lists[index]!.withoutThoseAgainst(bytes);
      lists[index] = list;
      if (isBroughtBack) break;
    }
    return new GitIgnoreRules(lists, this.#outer, this.#ignoreCase);
  }

  #ignoresBytes(path: string, isFolder: boolean): boolean {
    for (let rules: GitIgnoreRules | undefined = this; rules !== undefined; rules = rules.#outer) {
      if (decidingOf(rules.#lists, path, isFolder)?.isNegated === false) return true;
    }
    return false;
  }
}

/** Last rule of the greatest list that has one for a path. */
function decidingOf(lists: readonly RuleList[], path: string, isFolder: boolean): GitRule | undefined {
  for (let index = lists.length - 1; index >= 0; index--) {
    const rule = lists[index]!.deciding(path, isFolder);
    if (rule !== undefined) return rule;
  }
  return undefined;
}

interface Line {
  /** One byte in each UTF-16 unit. */
  readonly line: string;
  /** Whether git reads it so, too. */
  readonly isCertain: boolean;
}

/** Lines of a file of rules. Where git would take text in UTF-16 for something else, it is read beside that. */
function linesOf(content: Uint8Array | string): Line[] {
  const buffer = Buffer.from(content as Uint8Array);
  const utf16 = buffer[0] === 0xff && buffer[1] === 0xfe;
  const swapped = buffer[0] === 0xfe && buffer[1] === 0xff;
  if (utf16 || swapped) {
    const units = Buffer.from(buffer.subarray(2, buffer.length - (buffer.length % 2)));
    const text = (swapped ? units.swap16() : units).toString('utf16le');
    return split(bytesOf(text)).map((line) => ({ line, isCertain: false }));
  }
  const hasMark = buffer[0] === 0xef && buffer[1] === 0xbb && buffer[2] === 0xbf;
  return split(buffer.subarray(hasMark ? 3 : 0).toString('latin1')).flatMap((line) => {
    if (!line.includes('\0')) return [{ line, isCertain: true }];
    const [beforeNul] = line.split('\0', 1) as [string];
    return [
      { line: beforeNul, isCertain: true },
      { line: line.replaceAll('\0', ''), isCertain: false },
    ];
  });
}

function split(text: string): string[] {
  return text.split('\n').map((line) => (line.endsWith('\r') ? line.slice(0, -1) : line));
}
