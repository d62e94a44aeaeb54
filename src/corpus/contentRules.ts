import { extname } from 'node:path/posix';
import type { ExclusionReason } from './exclusions.ts';

/** Whether a file is left out for what is in it, and why. */
export function reasonAgainstContent(path: string, text: string): ExclusionReason | undefined {
  if (isKeyFile(text)) return 'secret-file';
  if (isMinified(path, text)) return 'minified';
  return isGenerated(path, text) ? 'generated' : undefined;
}

/** Formats that people write in short lines and tools in long ones. */
const shortLined = new Set(['.js', '.cjs', '.mjs', '.jsx', '.css', '.json', '.svg', '.geojson', '.ts', '.cts', '.mts']);
const MINIFIED_SIZE = 1000;
const MINIFIED_LINE = 200;

/**
 * Code, style sheets, JSON and SVG of 1 000 characters or more whose mean line is longer than 200 characters. Prose is
 * never minified: a paragraph may well be a line.
 */
export function isMinified(path: string, text: string): boolean {
  if (text.length < MINIFIED_SIZE || !shortLined.has(extname(path).toLowerCase())) return false;
  let lines = 1;
  const trimmed = text.trimEnd();
  for (let at = trimmed.indexOf('\n'); at !== -1; at = trimmed.indexOf('\n', at + 1)) lines++;
  return trimmed.length / lines > MINIFIED_LINE;
}

const prose = new Set(['.md', '.markdown', '.mdx', '.txt', '.rst', '.adoc', '.asciidoc', '.org', '.tex']);
const HEADER_LENGTH = 2000;
const HEADER_LINES = 30;

const commentStart = String.raw`^\s*(?:\/\/[/!]?|\/\*+!?|\*|#+|--|;+|<!--|%+|"""|'|REM\b)[\s*#=-]*`;
const thisFile = String.raw`(?:this|the)(?:\s+\S+){0,3}?\s+(?:file|code|module|source)\s+(?:is|was|has\s+been)\s+`;
const generatorMarks: readonly RegExp[] = [
  // Facebook's and Cargo's mark.
  new RegExp(String.raw`${commentStart}(?:${thisFile}(?:automatically\s+)?)?@generated\b`, 'im'),
  // Go's rule (https://go.dev/s/generatedcode), and protoc's in every language.
  new RegExp(String.raw`${commentStart}(?:Code\s+)?(?:auto-?)?generated\b[^\n]*\bDO NOT (?:EDIT|MODIFY|CHANGE)`, 'im'),
  // .NET's rule.
  new RegExp(String.raw`${commentStart}<auto-?generated\b`, 'im'),
  new RegExp(
    String.raw`${commentStart}(?:auto-?generated|GENERATED FILE|DO NOT EDIT)\b[^\n]*\b(?:do not edit|generated)`,
    'im',
  ),
  new RegExp(String.raw`${commentStart}${thisFile}(?:auto-?|automatically\s+)?generated\b`, 'im'),
];

/**
 * Whether a program wrote a file, by its own word: one of the usual marks stands at the start of a comment line among
 * the first 30 lines. Text about generated files says such words elsewhere, in strings or in the middle of a sentence,
 * and documentation is never judged by them.
 */
export function isGenerated(path: string, text: string): boolean {
  if (prose.has(extname(path).toLowerCase())) return false;
  const header = text.slice(0, HEADER_LENGTH).split('\n', HEADER_LINES).join('\n');
  return /generated/i.test(header) && generatorMarks.some((mark) => mark.test(header));
}

const privateKey = /-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----/;

/**
 * Whether a file is a key under an inconspicuous name: it begins with a private key, or is the JSON of a service
 * account. A key in the middle of other text is for `scrub` to take out.
 */
function isKeyFile(text: string): boolean {
  if (!text.includes('PRIVATE KEY')) return false;
  const start = text.trimStart();
  if (privateKey.test(start.slice(0, 100)) && start.startsWith('-----BEGIN')) return true;
  return start.startsWith('{') && /"private_key_id"\s*:/.test(text) && /"private_key"\s*:/.test(text);
}
