import { entropy, isKeyMaterial, isUnpronounceable, isWordy } from './randomness.ts';
import type { SecretHit } from './secretHit.ts';

/**
 * Names whose values are secrets. The first group's hardly are anything else; the second's often are: `token` to a
 * parser, `auth` to a router.
 */
const suspiciousName =
  /(passw(?:or)?d|passphrase|passcode|pwd|secret|credential|api[_-]?key|(?:access|private|encryption|signing|shared|account|storage|master|auth|license|service|webhook)[_-]?key)|token|bearer|auth(?!or(?!i))/gi;

/** Signs that may stand between a name and its value; `value="` is the way of XML's attributes. */
const assignment = new RegExp(
  String.raw`(?<tail>[\w.-]{0,40})(?:\\?["'\x60])?[\])]?` + // the name's rest
    String.raw`(?:\??\s{0,4}:\s{0,4}[A-Za-z_][\w.<>[\]| ]{0,60}?(?=\s{0,4}=[^=>]))?` + // a type
    String.raw`(?:\s{0,20}(?::=|=>|[!=]==?|\?\?=?|[:=])\s{0,20}|[ \t]{0,4}[(,][ \t]{0,20}(?=["'\x60])|\s{1,4}(?=["'\x60])|>|\s{1,4}value\s{0,2}=\s{0,2})` +
    String.raw`(?:[bruf@$]{0,2}(?<quote>\\?["'\x60])(?<quoted>[^\n]{1,300}?)\k<quote>|(?<bare>(?:[^\s"'\x60,;&<>(){}[\]]|&(?!\w{1,30}=)){8,300})(?=[\s,;&<>"'\x60})\]]|$))`,
  'yi',
);

/** Keys near a suspicious name need not be assigned to it: `Authorization: Bearer …`, `curl -H "X-Token …"`. */
const keyCharacters = /[A-Za-z0-9+/_-]{16,512}={0,2}/g;
/** Distance behind a name within which a key is looked for, in UTF-16 code units. */
const REACH = 160;

/** Finds random-looking values that are assigned to suspicious names, or stand near them. */
export function findNamedSecrets(text: string): SecretHit[] {
  const hits: SecretHit[] = [];
  let runs: Run[] | undefined;
  let firstRun = 0;
  let done = 0;
  for (const name of text.matchAll(suspiciousName)) {
    const start = name.index + name[0].length;
    runs ??= runsOf(text);
    const from = Math.max(start, done);
    while (firstRun < runs.length && runs[firstRun]!.end <= from) firstRun++;
    const found = [assigned(text, start, name[1] !== undefined), ...keysNear(text, from, runs, firstRun)];
    for (const place of found) {
      if (place === undefined) continue;
      hits.push({ start: place.start, end: place.end, rule: 'high-entropy', placeholder: placeholderFor(name[0]) });
      done = Math.max(done, place.end);
    }
  }
  return hits;
}

interface Place {
  readonly start: number;
  readonly end: number;
}

function assigned(text: string, start: number, isStrong: boolean): Place | undefined {
  assignment.lastIndex = start;
  const match = assignment.exec(text);
  if (match === null) return undefined;
  const { tail, quote, quoted, bare } = match.groups as Record<string, string | undefined>;
  const value = quoted ?? bare ?? '';
  const end = assignment.lastIndex - (quote?.length ?? 0);
  const isSecret = quoted !== undefined ? isSecretText(value, isStrong) : isSecretWord(value, isStrong, tail === '');
  return isSecret ? { start: end - value.length, end } : undefined;
}

/** Values that stand for something else: variables, templates, colours, examples. */
const standIn =
  /\$\{|\{\{|#\{|<%|%\(|^\$[A-Za-z_]+$|^\$[A-Z_]{3}|^[{<[%(].*[}>\]%)]$|\*{3}|x{4}|\.{3}|^#[0-9a-f]{3,8}$|^[a-z][a-z0-9+.-]*:\/\/|^process\.env|^(?:0x)?0+$/i;

/** Whether a value in quotes is a secret, given what it is assigned to. */
function isSecretText(value: string, isStrong: boolean): boolean {
  if (!/^[\x21-\x7e]{8,300}$/.test(value) || standIn.test(value)) return false;
  if (isKeyMaterial(value)) return true;
  if (/^\d+$/.test(value)) return new Set(value).size >= 4 && value.length >= (isStrong ? 8 : 10);
  if (isStrong) return isPassword(value);
  if (value.length >= 12 && isUnpronounceable(value)) return true;
  return value.length >= 12 && /\d/.test(value) && !isWordy(value) && entropy(value) > 3;
}

/** Texts that people and password managers take for a password: not just words, unless with a number or signs. */
function isPassword(value: string): boolean {
  if (/^[A-Za-z]{4,}\d{2,}$/.test(value) && !/(?:base|utf|sha|rsa|aes|ascii|v)\d+$/i.test(value)) return true;
  if (!isWordy(value)) return /\d/.test(value) || value.length >= 10;
  return /[\w@#][!$%^&*?~+=]\w|\w[!$^*?~]$/.test(value) && /[A-Za-z]/.test(value) && !/[/:|,]/.test(value);
}

/** Whether a value without quotes is a secret: in code it is an expression, so it has to look like nothing else. */
function isSecretWord(value: string, isStrong: boolean, isWholeName: boolean): boolean {
  if (!/^[\w+/=.~!@#$%^&*-]+$/.test(value) || standIn.test(value)) return false;
  if (isKeyMaterial(value)) return true;
  if (!isStrong || !isWholeName) return false;
  if (/^\d+$/.test(value)) return new Set(value).size >= 4;
  if (!/[A-Za-z]/.test(value) || /^[\w.]*\.[\w.]*$/.test(value)) return false;
  return /\d/.test(value) ? isPassword(value) : value.length >= 12 && !isWordy(value);
}

/** Run of key characters and whether it may be a key, which is found out when first asked. */
class Run {
  readonly start: number;
  readonly end: number;
  readonly #text: string;
  #isKey: boolean | undefined;

  constructor(text: string, start: number) {
    this.#text = text;
    this.start = start;
    this.end = start + text.length;
  }

  /** The run, or what of it lies behind `from`, if that is a key. */
  keyBehind(from: number): Place | undefined {
    if (from <= this.start) {
      this.#isKey ??= isKeyMaterial(this.#text);
      return this.#isKey ? this : undefined;
    }
    const rest = this.#text.slice(from - this.start).replace(/^[_=-]+/, '');
    return isKeyMaterial(rest) ? { start: this.end - rest.length, end: this.end } : undefined;
  }
}

function runsOf(text: string): Run[] {
  return Array.from(text.matchAll(keyCharacters), ({ 0: run, index }) => new Run(run, index));
}

/** Keys that begin in the rest of a name's line or in the next line. */
function keysNear(text: string, start: number, runs: readonly Run[], firstRun: number): Place[] {
  const places: Place[] = [];
  for (let index = firstRun; index < runs.length && runs[index]!.start < start + REACH; index++) {
    const key = runs[index]!.keyBehind(start);
    if (key !== undefined && !isTwoLinesBelow(text, start, key.start)) places.push(key);
  }
  return places;
}

function isTwoLinesBelow(text: string, start: number, end: number): boolean {
  const lineEnd = text.indexOf('\n', start);
  if (lineEnd === -1 || lineEnd >= end) return false;
  const nextLineEnd = text.indexOf('\n', lineEnd + 1);
  return nextLineEnd !== -1 && nextLineEnd < end;
}

function placeholderFor(suspicious: string): string {
  const name = suspicious.toLowerCase();
  if (name.startsWith('pass') || name === 'pwd') return 'REDACTED_PASSWORD';
  if (name.endsWith('key')) return 'REDACTED_API_KEY';
  if (name === 'secret' || name === 'credential') return 'REDACTED_SECRET';
  return 'REDACTED_TOKEN';
}
