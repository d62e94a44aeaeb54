import { bytesOf, type GitRule, gitRule, lowered } from './gitPattern.ts';

export interface GitIgnoreOptions {
  /** Leaves the rules out that bring paths back. */
  readonly onlyIgnoring?: boolean;
}

const folding = process.platform === 'win32' || process.platform === 'darwin';

/** The rules of one file, about the paths below a folder. */
class RuleList {
  /** With a slash at its end; '' for the top. */
  readonly #base: string;
  readonly #ignoreCase: boolean;
  readonly #rules: readonly GitRule[];
  /** Of names without wildcards, the last rule of each. */
  readonly #byName = new Map<string, number>();
  /** The others, the last one first. */
  readonly #others: number[] = [];

  constructor(base: string, rules: readonly GitRule[], ignoreCase: boolean) {
    this.#base = base;
    this.#rules = rules;
    this.#ignoreCase = ignoreCase;
    for (const [index, { literal, isAboutNames, isForFolders }] of rules.entries()) {
      if (literal === undefined || !isAboutNames || isForFolders) this.#others.push(index);
      else this.#byName.set(literal, index);
    }
    this.#others.reverse();
  }

  /** The rule that decides on a path; undefined: none of these. */
  deciding(path: string, isFolder: boolean): GitRule | undefined {
    if (!path.startsWith(this.#base)) return undefined;
    const inside = path.slice(this.#base.length);
    const name = inside.slice(inside.lastIndexOf('/') + 1);
    const named = this.#byName.get(lowered(name, this.#ignoreCase)) ?? -1;
    for (const index of this.#others) {
      if (index < named) break;
      const rule = this.#rules[index]!;
      if (rule.isForFolders && !isFolder) continue;
      if (rule.matches(rule.isAboutNames ? name : inside)) return rule;
    }
    return this.#rules[named];
  }

  without(rule: GitRule): RuleList {
    const rules = this.#rules.filter((one) => one !== rule);
    return new RuleList(this.#base, rules, this.#ignoreCase);
  }
}

/**
 * The rules of git's ignore files that hold in one folder: of each repository that it lies in those of all files from the
 * least (the user's own for all repositories) to the greatest (the `.gitignore` beside), of which the last rule that
 * matches decides. A path is ignored where one of the repositories says so.
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
   * The rules below a folder, with those of one more file.
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
    let lists = this.#lists;
    for (;;) {
      const list = lists.findLast((one) => one.deciding(bytes, true) !== undefined);
      const rule = list?.deciding(bytes, true);
      if (list === undefined || rule === undefined || rule.isNegated)
        return new GitIgnoreRules(lists, this.#outer, this.#ignoreCase);
      lists = lists.map((one) => (one === list ? list.without(rule) : one));
    }
  }

  #ignoresBytes(path: string, isFolder: boolean): boolean {
    for (let rules: GitIgnoreRules | undefined = this; rules !== undefined; rules = rules.#outer) {
      if (decisionOf(rules.#lists, path, isFolder).rule?.isNegated === false) return true;
    }
    return false;
  }
}

interface Decision {
  readonly list?: RuleList;
  readonly rule?: GitRule;
}

/** The last rule of the greatest list that has one for a path. */
function decisionOf(lists: readonly RuleList[], path: string, isFolder: boolean): Decision {
  for (let index = lists.length - 1; index >= 0; index--) {
    const list = lists[index]!;
    const rule = list.deciding(path, isFolder);
    if (rule !== undefined) return { list, rule };
  }
  return {};
}

interface Line {
  /** One byte in each UTF-16 unit. */
  readonly line: string;
  /** Whether git reads it so, too. */
  readonly isCertain: boolean;
}

/** The lines of a file of rules. Where git would take text in UTF-16 for something else, it is read beside that. */
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
