import { extname } from 'node:path/posix';
import { lintSource } from '@secretlint/core';
import { secretLintProfiler } from '@secretlint/profiler';
import { rules } from '@secretlint/secretlint-rule-preset-recommend';
import type { Pace } from '../base/pace.ts';
import type { SecretHit } from './secretHit.ts';

// secretlint marks every rule's start and end on the performance timeline and keeps the marks for ever, looking through
// all of them at each new one: its time would grow with the square of the number of files.
secretLintProfiler.mark = () => {};

const ruleName = '@secretlint/secretlint-rule-';

const configured = rules
  // `secretlint-disable` comments say that a secret is known, not that it is none.
  .filter((rule) => rule.meta.id !== `${ruleName}filter-comments`)
  .map((rule) => ({ id: rule.meta.id, rule }));

/** UTF-16 units. In longer texts others are let in between two rules. */
const LONG = 50_000;

/** Text that a rule's secrets are replaced with. */
const placeholders: Readonly<Record<string, string>> = {
  aws: 'REDACTED_AWS_KEY',
  gcp: 'REDACTED_SERVICE_ACCOUNT',
  privatekey: 'REDACTED_PRIVATE_KEY',
  basicauth: 'REDACTED_CREDENTIALS',
  'database-connection-string': 'REDACTED_CREDENTIALS',
  npm: 'REDACTED_NPM_TOKEN',
  slack: 'REDACTED_SLACK_TOKEN',
  sendgrid: 'REDACTED_SENDGRID_KEY',
  shopify: 'REDACTED_SHOPIFY_TOKEN',
  github: 'REDACTED_GITHUB_TOKEN',
  openai: 'REDACTED_API_KEY',
  anthropic: 'REDACTED_API_KEY',
  linear: 'REDACTED_API_KEY',
  '1password': 'REDACTED_TOKEN',
};

/**
 * Secrets that the recommended rules of secretlint (https://github.com/secretlint/secretlint) find in a text, every rule on
 * the whole text: that is fast enough (tens of megabytes a second) to do without a filter that might miss something.
 * It reads no file: the one rule that would, for `.p12` files, is not told such a name.
 */
export async function findWithSecretlint(text: string, path: string, pace: Pace): Promise<SecretHit[]> {
  const ext = extname(path).toLowerCase();
  const source = { content: text, filePath: path, ext: ext === '.p12' ? '' : ext, contentType: 'text' as const };
  // secretlint counts from behind a byte-order mark.
  const offset = text.startsWith('\uFEFF') ? 1 : 0;
  const hits: SecretHit[] = [];
  for (const some of text.length > LONG ? configured.map((rule) => [rule]) : [configured]) {
    const options = { config: { rules: some }, noPhysicFilePath: true, locale: 'en' as const };
    for (const { ruleId, range } of (await lintSource({ source, options })).messages) {
      hits.push(hitOf(text, ruleId.replace(ruleName, ''), range[0] + offset, range[1] + offset));
    }
    await pace();
  }
  return hits;
}

function hitOf(text: string, rule: string, start: number, end: number): SecretHit {
  const placeholder = placeholders[rule] ?? 'REDACTED_SECRET';
  const isUrl = placeholder === 'REDACTED_CREDENTIALS';
  return { rule, placeholder, ...(isUrl ? userInfo(text, start, end) : { start, end }) };
}

/** Place of user and password in a URL that has both. */
function userInfo(text: string, start: number, end: number): { start: number; end: number } {
  const user = text.indexOf('://', start) + 3;
  const at = text.indexOf('@', text.indexOf(':', user));
  return at === -1 || at >= end ? { start, end } : { start: user, end: at };
}
