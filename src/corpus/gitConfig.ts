/** Setting of git's configuration. */
export interface GitSetting {
  /** In small letters; a subsection as it stands. */
  readonly section: string;
  readonly subsection: string | undefined;
  /** In small letters. */
  readonly name: string;
  readonly value: string;
}

/**
 * Reads a file of git's configuration (git-config(1), "Syntax"), in order. Lines that git would refuse are passed over.
 *
 * @param text with LF or CRLF at line ends
 */
export function parseGitConfig(text: string): GitSetting[] {
  const settings: GitSetting[] = [];
  let section: Pick<GitSetting, 'section' | 'subsection'> | undefined;
  const lines = text.replace(/^\ufeff/, '').split(/\r?\n/);
  for (let index = 0; index < lines.length; index++) {
    let line = lines[index]!.trim();
    const header = line.match(/^\[\s*([-.0-9a-z]+)(?:\s+"((?:[^"\\]|\\.)*)")?\s*\]/i);
    if (header !== null) {
      section = sectionOf(header[1]!, header[2]);
      line = line.slice(header[0].length).trim();
    }
    const setting = line.match(/^([a-z][-0-9a-z]*)\s*(?:=\s*(.*))?$/is);
    if (setting === null || section === undefined) continue;
    const parts = [setting[2] ?? 'true'];
    for (let end = endOf(parts[0]!); end.isContinued && index + 1 < lines.length; ) {
      parts.push(parts.pop()!.slice(0, -1), lines[++index]!);
      end = endOf(parts.at(-1)!, end.isQuoted);
    }
    settings.push({ ...section, name: setting[1]!.toLowerCase(), value: unquoted(parts.join('')) });
  }
  return settings;
}

function sectionOf(name: string, quoted: string | undefined): Pick<GitSetting, 'section' | 'subsection'> {
  if (quoted !== undefined) return { section: name.toLowerCase(), subsection: quoted.replace(/\\(.)/g, '$1') };
  const dot = name.indexOf('.');
  if (dot < 0) return { section: name.toLowerCase(), subsection: undefined };
  return { section: name.slice(0, dot).toLowerCase(), subsection: name.slice(dot + 1).toLowerCase() };
}

/** End of a line of a value: a backslash continues it in the next line, but not behind a comment. */
function endOf(line: string, isQuotedBefore = false): { isContinued: boolean; isQuoted: boolean } {
  let isQuoted = isQuotedBefore;
  for (let at = 0; at < line.length; at++) {
    const character = line[at];
    if (character === '\\') {
      if (at + 1 === line.length) return { isContinued: true, isQuoted };
      at++;
    } else if (character === '"') isQuoted = !isQuoted;
    else if (!isQuoted && (character === '#' || character === ';')) break;
  }
  return { isContinued: false, isQuoted };
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', b: '\b' };

/** Value without quotes, comments and white space around it. */
function unquoted(text: string): string {
  let value = '';
  /** How much of it is sure to stay, as it stands in quotes or is no white space. */
  let kept = 0;
  let isQuoted = false;
  for (let at = 0; at < text.length; at++) {
    let character = text[at]!;
    if (character === '"') {
      isQuoted = !isQuoted;
      kept = value.length;
      continue;
    }
    if (!isQuoted && (character === '#' || character === ';')) break;
    if (character === '\\' && at + 1 < text.length) {
      const escaped = text[++at]!;
      character = ESCAPES[escaped] ?? escaped;
    }
    value += character;
    if (isQuoted || !/\s/.test(character)) kept = value.length;
  }
  return value.slice(0, kept);
}
