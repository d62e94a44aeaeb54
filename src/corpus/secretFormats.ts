import { isWordy } from './randomness.ts';
import type { SecretHit } from './secretHit.ts';

/** Secrets that are known by their form wherever they stand, beyond those of secretlint's recommended rules. */
export function findSecretFormats(text: string): SecretHit[] {
  return [...privateKeys(text), ...tokens(text), ...urlCredentials(text)];
}

const keyBegin = /-----BEGIN (?:[A-Z0-9]+ ){0,4}PRIVATE KEY(?: BLOCK)?-----/g;
const keyEnd = /-----END (?:[A-Z0-9]+ ){0,4}PRIVATE KEY(?: BLOCK)?-----/;
/** UTF-16 code units between the two lines; the largest keys in use have about 13 000. */
const LONGEST_KEY = 40_000;
/** Rest of a key whose end is missing: lines of base64, their breaks perhaps escaped or in quotes. */
const keyRemainder = /(?:(?:\\[nrt]|[\s"'`+,.;\\]){0,40}[A-Za-z0-9+/]{16,}={0,2})+/y;

/**
 * All that lies between a private key's first and last line, so that quotes around or between its lines stay paired.
 * Examples without a key in them ("…") are left alone.
 */
function privateKeys(text: string): SecretHit[] {
  const hits: SecretHit[] = [];
  for (const begin of text.matchAll(keyBegin)) {
    const start = begin.index + begin[0].length;
    const end = endOfKey(text, start);
    if (/[A-Za-z0-9+/]{16}/.test(text.slice(start, end))) {
      hits.push({ start, end, rule: 'private-key', placeholder: 'REDACTED_PRIVATE_KEY' });
    }
  }
  return hits;
}

function endOfKey(text: string, start: number): number {
  const nextBegin = text.indexOf('-----BEGIN ', start);
  const limit = Math.min(nextBegin === -1 ? text.length : nextBegin, start + LONGEST_KEY);
  const end = text.slice(start, limit).search(keyEnd);
  if (end !== -1) return start + end;
  keyRemainder.lastIndex = start;
  return keyRemainder.test(text) ? keyRemainder.lastIndex : start;
}

/** Access tokens whose prefix tells whose they are. */
const tokenFormats = new RegExp(
  [
    String.raw`\b(?:A3T[A-Z0-9]|AKIA|AGPA|AIDA|AROA|AIPA|ANPA|ANVA|ASIA)[A-Z0-9]{16}\b`, // AWS
    String.raw`\bAIza[\w-]{35}(?![\w-])`, // Google API key
    String.raw`\bGOCSPX-[\w-]{28}`, // Google OAuth client secret
    String.raw`\bya29\.[\w-]{20,}`, // Google OAuth access token
    String.raw`\b(?:sk|rk|pk)_(?:live|test)_[A-Za-z0-9]{16,}`, // Stripe
    String.raw`\bwhsec_[A-Za-z0-9+/]{24,}`, // Stripe webhook
    String.raw`\bsk-[A-Za-z0-9_-]{32,}`, // OpenAI and those like it
    String.raw`\bgl(?:pat|ptt|dt|rt|cbt|ft|soat|agent|imt|ffct)-[\w-]{20,}`, // GitLab
    String.raw`\bgh[pousr]_[A-Za-z0-9]{36,}`, // GitHub
    String.raw`\bgithub_pat_\w{60,}`,
    String.raw`\bhf_[A-Za-z0-9]{30,}`, // Hugging Face
    String.raw`\bpypi-AgE[\w-]{50,}`, // PyPI
    String.raw`\bdo[opr]_v1_[a-f0-9]{64}\b`, // DigitalOcean
    String.raw`\bdckr_pat_[\w-]{27,}`, // Docker
    String.raw`\bxox[abeoprs]-[\w-]{10,}`, // Slack
    String.raw`\bEAA[A-Za-z0-9]{60,}`, // Facebook
    String.raw`\bAC[a-f0-9]{32}\b|\bSK[a-f0-9]{32}\b`, // Twilio
    String.raw`\bkey-[a-f0-9]{32}\b`, // Mailgun
    String.raw`\bdapi[a-f0-9]{32}\b`, // Databricks
    String.raw`\bnfp_[A-Za-z0-9]{36,}`, // Netlify
    String.raw`\bhv[sb]\.[\w-]{24,}`, // Vault
    String.raw`\bAGE-SECRET-KEY-1[A-Z0-9]{58}`, // age
    String.raw`\b\d{8,10}:AA[\w-]{33}(?![\w-])`, // Telegram
    String.raw`\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{10,}`, // JSON Web Token
  ].join('|'),
  'g',
);

function tokens(text: string): SecretHit[] {
  return Array.from(text.matchAll(tokenFormats), ({ 0: token, index }) => ({
    start: index,
    end: index + token.length,
    rule: 'token',
    placeholder: 'REDACTED_TOKEN',
  }));
}

/**
 * `user:password@` or a long user alone, as a token, behind the `://` of a URL. The last `@` ends it. A password may
 * hold a `/`, which is no URL any more but common; see `isExample` for what else that could be.
 */
const userInfo = /(?<=:\/\/)(?:([^\s:/?#@"'`<>\\]{0,100}):([^\s"'`<>\\]{1,200})|[A-Za-z0-9_-]{20,100})@(?=[\w.[-])/g;

/** Passwords that stand for a password, as far as they are words; others are variables in braces, `%`, `$` or stars. */
const exampleWords =
  /^(?:pass(?:word|wd|phrase)?|pwd|my_?password|your_?password|secret|user(?:name)?|postgres|mysql|mongo|root|admin|test(?:ing)?|example|guest|change_?me|token|x{3,}|redacted\w*|port)$/i;
const variable = /^[<[{$%*]|\$\{|\{\{|\*{3}|\.{3}|^%[sdv]/;

function urlCredentials(text: string): SecretHit[] {
  const hits: SecretHit[] = [];
  for (const match of text.matchAll(userInfo)) {
    const [whole, user, password] = match;
    if (password !== undefined && (password.length < 4 || isExample(password) || password === user)) continue;
    if (password === undefined && !/\d/.test(whole)) continue;
    const end = match.index + whole.length - 1;
    hits.push({ start: match.index, end, rule: 'connection-string', placeholder: 'REDACTED_CREDENTIALS' });
  }
  return hits;
}

function isExample(password: string): boolean {
  // `://host:port/path@version` has no password.
  if (password.includes('/') && (/^\d{1,5}\//.test(password) || isWordy(password))) return true;
  return exampleWords.test(password) || variable.test(password);
}
