import ignore, { type Ignore } from 'ignore';

/** Git compares names as the file system does. */
const ignoreCase = process.platform === 'win32' || process.platform === 'darwin';

/**
 * The `.gitignore` rules that hold in one folder: its own, and those of the folders above it up to the scanned one.
 * Rules from above the scanned folder do not count: who asks to learn `node_modules/rxjs/src` means it, although the
 * repository around it ignores `node_modules`.
 */
export class GitIgnoreRules {
  static readonly none = new GitIgnoreRules(createIgnore());
  readonly #rules: Ignore;

  private constructor(rules: Ignore) {
    this.#rules = rules;
  }

  /**
   * The rules below a folder that has a `.gitignore` of its own. They are rewritten to be relative to the scanned
   * folder and come last, as the last matching rule decides.
   *
   * @param folder relative to the scanned folder, `/` between folders, '' for the scanned folder itself.
   */
  below(folder: string, gitignore: string): GitIgnoreRules {
    const rules = gitignore.split(/\r?\n/).flatMap((line) => rebased(line, folder));
    return new GitIgnoreRules(createIgnore().add(this.#rules).add(rules));
  }

  /** Whether git ignores a path, given that it does not ignore the folder it lies in. */
  ignores(path: string, isFolder: boolean): boolean {
    return this.#rules.ignores(isFolder ? `${path}/` : path);
  }
}

function createIgnore(): Ignore {
  return ignore({ ignorecase: ignoreCase, allowRelativePaths: true });
}

/** No path is longer, and no regular expression made of a longer rule is sure to be accepted. */
const LONGEST_RULE = 4096;
/** `**` between slashes in one rule: each multiplies the time that a deep path takes. */
const MOST_GLOBSTARS = 3;

/** One line of a folder's `.gitignore`, as it would read in the scanned folder's. */
function rebased(line: string, folder: string): string[] {
  if (line.length > LONGEST_RULE) return [];
  const rule = line.replace(/(?<!\\) +$/, '');
  if (rule === '' || rule.startsWith('#')) return [];
  const negated = rule.startsWith('!');
  const pattern = withFewGlobstars(negated ? rule.slice(1) : rule);
  // A wider rule may ignore more, but must not bring more back.
  if (negated && pattern !== rule.slice(1)) return [];
  if (folder === '') return [`${negated ? '!' : ''}${pattern}`];
  const anchored = pattern.slice(0, -1).includes('/');
  const escapedFolder = folder.replace(/[\\*?[\]!# ]/g, '\\$&');
  const place = anchored ? pattern.replace(/^\//, '') : `**/${pattern}`;
  return [`${negated ? '!' : ''}/${escapedFolder}/${place}`];
}

/** Where there are more, all between the first and the last is any path: the rule ignores what it did, and more. */
function withFewGlobstars(pattern: string): string {
  const parts = pattern.split('/');
  const isGlobstar = (part: string) => /^\*{2,}$/.test(part);
  if (parts.filter(isGlobstar).length <= MOST_GLOBSTARS) return pattern;
  return [...parts.slice(0, parts.findIndex(isGlobstar)), ...parts.slice(parts.findLastIndex(isGlobstar))].join('/');
}
