import { integer } from '../format.ts';
import { Facts } from '../parts/facts.tsx';
import { type TextName, t } from '../texts.ts';

/** What rules for secrets find. Several rules may find the same. */
const KINDS: Readonly<Record<string, TextName>> = {
  privatekey: 'privateKeys',
  'private-key': 'privateKeys',
  token: 'accessTokens',
  basicauth: 'passwordsInAddresses',
  'connection-string': 'passwordsInAddresses',
  'database-connection-string': 'passwordsInAddresses',
  'high-entropy': 'namedSecrets',
};
/** Whose keys the other rules find. */
const PROVIDERS: Readonly<Record<string, string>> = {
  aws: 'AWS',
  gcp: 'Google Cloud',
  npm: 'npm',
  slack: 'Slack',
  sendgrid: 'SendGrid',
  shopify: 'Shopify',
  github: 'GitHub',
  openai: 'OpenAI',
  anthropic: 'Anthropic',
  linear: 'Linear',
  '1password': '1Password',
};

/** How many secrets of each kind were replaced before anything was learnt. */
export function Scrubbed({ hits }: { readonly hits: readonly { readonly rule: string; readonly count: number }[] }) {
  const counts = new Map<string, number>();
  for (const { rule, count } of hits) {
    const name = nameOf(rule);
    counts.set(name, (counts.get(name) ?? 0) + count);
  }
  return <Facts isLong facts={[...counts].map(([name, count]) => [name, integer(count)])} />;
}

/** A rule that is new here is called as it calls itself. */
function nameOf(rule: string): string {
  const kind = KINDS[rule];
  if (kind !== undefined) return t(kind);
  return t('keysOf', PROVIDERS[rule] ?? rule);
}
