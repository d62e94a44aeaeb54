import { createScrubber, findSecrets } from '../../corpus/scrub.ts';
import type { Examples, SuggestionExample } from '../../protocol/replay.ts';

/** That are given of each. */
const MOST = 10;
/** That are kept, as some say too much of a secret to be given. */
const KEPT = 3 * MOST;
/** Text above and below a cursor in which secrets are looked for. UTF-16 units. */
const ABOVE = 20_000;
const BELOW = 2000;
/** Of a line that is given, its end. Code points. */
const LONGEST_LINE = 160;

/** Where a suggestion was shown. */
export interface Place {
  readonly path: string;
  /** Text before the cursor. */
  readonly head: string;
  /** Text behind it, once all is typed. */
  readonly rest: string;
}

interface Seen extends Place {
  readonly text: string;
  /** UTF-16 units. */
  readonly right: number;
  /** What decides which are given. */
  readonly weight: number;
}

/** Keeps the largest suggestions that were accepted, and those with most that was wrong: of the same text one. */
export class ExampleCollector {
  readonly #accepted: Seen[] = [];
  readonly #wrong: Seen[] = [];

  /** A suggestion was accepted, all of it. */
  accepted(place: Place, text: string): void {
    keep(this.#accepted, place, { text, right: text.length, weight: [...text].length });
  }

  /**
   * A suggestion was shown that goes on otherwise than what was typed.
   *
   * @param right symbols at its beginning that are right
   */
  contradicted(place: Place, text: string, right: number): void {
    const symbols = [...text];
    const units = symbols.slice(0, right).join('').length;
    keep(this.#wrong, place, { text, right: units, weight: symbols.length - right });
  }

  /** All without secrets: those of the text around, too, as a part of one may stand before the cursor. */
  async redacted(): Promise<Examples> {
    return { largest: await redacted(this.#accepted), wrong: await redacted(this.#wrong) };
  }
}

function keep(all: Seen[], { path, head, rest }: Place, seen: Omit<Seen, keyof Place>): void {
  if (all.length === KEPT && all.at(-1)!.weight >= seen.weight) return;
  if (all.some(({ text }) => text === seen.text)) return;
  const at = all.findIndex(({ weight }) => weight < seen.weight);
  const cut = { path, head: head.slice(-ABOVE), rest: rest.slice(0, BELOW) };
  all.splice(at < 0 ? all.length : at, 0, { ...cut, ...seen });
  all.splice(KEPT);
}

async function redacted(all: readonly Seen[]): Promise<SuggestionExample[]> {
  const examples: SuggestionExample[] = [];
  for (const seen of all) {
    if (examples.length === MOST) break;
    const before = await lineBefore(seen);
    if (before !== undefined) examples.push({ path: seen.path, before, text: seen.text, right: seen.right });
  }
  return examples;
}

/** The line before the cursor without secrets; undefined: one goes on, or begins, in the suggestion. */
async function lineBefore({ path, head, rest, text }: Seen): Promise<string | undefined> {
  const cursor = head.length;
  let line = '';
  let at = head.lastIndexOf('\n') + 1;
  for (const { start, end, placeholder } of await findSecrets(head + rest, path)) {
    if (end <= at) continue;
    if (start >= cursor + text.length) break;
    if (end > cursor) return undefined;
    line += head.slice(at, Math.max(at, start)) + placeholder;
    at = end;
  }
  const scrubbed = (await createScrubber()(line + head.slice(at), path)).text;
  const hits = await findSecrets(scrubbed + text, path);
  if (hits.some(({ end }) => end > scrubbed.length)) return undefined;
  return [...scrubbed].slice(-LONGEST_LINE).join('');
}
