import type { Pace } from '../base/pace.ts';
import { findSecretFormats } from './secretFormats.ts';
import type { SecretHit } from './secretHit.ts';
import { findWithSecretlint } from './secretlint.ts';
import { findNamedSecrets } from './secretNames.ts';

/** Text with every secret replaced, and how many were, by rule. */
interface Scrubbed {
  readonly text: string;
  readonly hits: Readonly<Record<string, number>>;
}

/** @param path names the file; the rules for JSON files and `package.json` go by it. */
export type Scrubber = (text: string, path: string) => Promise<Scrubbed>;

/**
 * Takes secrets out of texts, so that no model learns one: what secretlint's recommended rules find, private keys,
 * access tokens and passwords in URLs by their form, and random-looking values beside names such as `password`.
 *
 * Each secret becomes one constant per kind, such as REDACTED_API_KEY. It is made of capitals and underscores, so that
 * code around it stays well-formed in quotes and without, and so that whoever is offered it as a completion sees what
 * has to be filled in. No rule takes one for a secret.
 *
 * @param pace is asked within long texts too. Default: nobody has to be let in
 */
export function createScrubber(pace: Pace = () => undefined): Scrubber {
  return async (text, path) => replaceAll(text, await findSecrets(text, path, pace));
}

/** Places of all secrets in a text, in order and apart from each other; parameters as for {@link createScrubber}. */
export async function findSecrets(text: string, path: string, pace: Pace = () => undefined): Promise<SecretHit[]> {
  // The first are those that tell best what kind of secret it is.
  const hits = await findWithSecretlint(text, path, pace);
  for (const find of [findSecretFormats, findNamedSecrets]) {
    await pace();
    hits.push(...find(text));
  }
  return merged(hits);
}

/** Joins hits that overlap; such a group is counted and replaced as the one among them that comes first in `hits`. */
function merged(hits: readonly SecretHit[]): SecretHit[] {
  const ranked = hits.map((hit, rank) => ({ ...hit, rank })).sort((a, b) => a.start - b.start || a.rank - b.rank);
  const groups: (SecretHit & { rank: number })[] = [];
  for (const hit of ranked) {
    const last = groups.at(-1);
    if (last === undefined || hit.start >= last.end) groups.push(hit);
    else {
      const best = hit.rank < last.rank ? hit : last;
      groups[groups.length - 1] = { ...best, start: last.start, end: Math.max(last.end, hit.end) };
    }
  }
  return groups;
}

function replaceAll(text: string, hits: readonly SecretHit[]): Scrubbed {
  const pieces: string[] = [];
  const counts: Record<string, number> = {};
  let end = 0;
  for (const hit of hits) {
    pieces.push(text.slice(end, hit.start), hit.placeholder);
    counts[hit.rule] = (counts[hit.rule] ?? 0) + 1;
    end = hit.end;
  }
  pieces.push(text.slice(end));
  return { text: hits.length === 0 ? text : pieces.join(''), hits: counts };
}
