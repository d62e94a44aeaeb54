import { extname } from 'node:path/posix';
import { random } from '../../base/random.ts';
import type { ExpertRegistration } from '../../completion/experts/registration.ts';
import type { Predictor } from '../../completion/predictor.ts';
import type { Policy } from '../../completion/suggestion/policy.ts';
import { ModelLease } from '../../completion/worker/modelLease.ts';
import { WorkspaceIndex } from '../../completion/workspace/workspaceIndex.ts';
import { type Latency, latencyOf } from '../statistics.ts';
import { applied, type TextEdit } from './edits.ts';
import type { Change, History } from './history.ts';
import { type FileEdits, type Plan, typedCharacters } from './plan.ts';
import { areRules } from './rules.ts';
import { SharedNetwork } from './sharedNetwork.ts';
import { type Fared, KINDS, type Kind, sumOf, Tally } from './tally.ts';
import { human, IDEAL, type Manner, Typist } from './typist.ts';
import { CheckedOut } from './workspace.ts';

export interface ReplayOptions extends Omit<Policy, 'trigger' | 'acceptanceRate'> {
  /** Code points that are typed at most: the first of the plan are only inserted where it has more. */
  readonly characters: number;
  /** Of the human typist. */
  readonly wordsPerMinute: number;
  /** Of what the human typist overlooks. */
  readonly seed: number;
  /** Not disposed of. Default: the workspace alone is asked. */
  readonly network?: Predictor | undefined;
  /** Default: all. */
  readonly experts?: readonly ExpertRegistration[] | undefined;
  /** UTF-16 units that are indexed at most. */
  readonly maximum: number;
  readonly onProgress?: (fraction: number) => void;
  readonly signal?: AbortSignal;
}

type Part = Omit<Fared, 'shown' | 'accepted' | 'keystrokes'>;

/** How an ideal typist fared who typed a history anew, and a human one. */
export interface Replay extends Fared {
  readonly commits: number;
  /** Ids of the experts that predicted. */
  readonly experts: readonly string[];
  readonly human: Pick<Fared, 'keystrokeSavings' | 'acceptanceRate'>;
  readonly kinds: Readonly<Record<Kind, Part>>;
  /** By file extension. */
  readonly languages: Readonly<Record<string, Part>>;
  /** Of the suggestions that were computed for the ideal typist. */
  readonly latencyMs: Latency;
}

/**
 * Types what was typed in a history anew, commit by commit, each edit where it belongs in the file as it stood by then,
 * with the suggestions that the editor would show there. What was not typed is there when its time has come.
 *
 * @param plan of at least one commit
 * @throws UserFacingError when the history is damaged or there is no room; the signal's reason when aborted
 */
export async function replay(history: History, plan: Plan, options: ReplayOptions): Promise<Replay> {
  const [oldest] = plan.commits;
  const workspace = await CheckedOut.at(history, oldest!.parent, options.signal);
  const seats: Seat[] = [];
  try {
    const network = options.network && new SharedNetwork(options.network);
    for (const manner of [IDEAL, human(options.wordsPerMinute, random(options.seed))]) {
      seats.push(await Seat.open(workspace.folder, manner, { ...options, network }));
    }
    await new Replaying(history, workspace, seats, options).run(plan);
    return resultOf(plan, seats as [Seat, Seat]);
  } finally {
    for (const seat of seats) await seat.close();
    await workspace.remove();
  }
}

/** A typist, with an editor of their own. */
class Seat {
  readonly typist: Typist;
  readonly kinds = new Map<Kind, Tally>(KINDS.map((kind) => [kind, new Tally()]));
  readonly languages = new Map<string, Tally>();
  /** Ids of the experts. */
  readonly experts: readonly string[];
  readonly #index: WorkspaceIndex;

  static async open(folder: string, manner: Manner, options: ReplayOptions): Promise<Seat> {
    const { network, maximum, signal = new AbortController().signal } = options;
    const index = await WorkspaceIndex.read({ folders: [folder], scan: {}, maximum }, signal, network?.vocabulary);
    const lease = new ModelLease(network, index, undefined, options.experts);
    index.join((work) => work(lease.mixture));
    await index.trainMixer(signal);
    return new Seat(lease, index, manner, options);
  }

  private constructor(lease: ModelLease, index: WorkspaceIndex, manner: Manner, options: ReplayOptions) {
    const { maxLength, minimumProbability, multiline, costs } = options;
    const tell = (path: string, text: string) => index.set({ path, text, isFile: true });
    this.#index = index;
    this.experts = lease.mixture.ids;
    this.typist = new Typist({ suggester: lease.suggester, tell }, manner, {
      ...{ maxLength, minimumProbability, multiline },
      ...(costs && { costs }),
    });
  }

  add(path: string, kind: Kind, tally: Tally): void {
    this.kinds.get(kind)!.add(tally);
    const language = extname(path) || path.slice(path.lastIndexOf('/') + 1);
    const sum = this.languages.get(language) ?? new Tally();
    this.languages.set(language, sum);
    sum.add(tally);
  }

  /** Files are on disk in another state than they were, which nobody typed here. */
  async refresh(paths: readonly string[]): Promise<void> {
    await this.#index.refresh(paths.some(areRules) ? undefined : paths);
  }

  /** The editor of a file is closed: what counts is on disk. */
  async done(path: string): Promise<void> {
    await this.#index.close(path);
    if (areRules(path)) await this.#index.refresh();
  }

  async close(): Promise<void> {
    this.#index.join(undefined);
  }
}

class Replaying {
  readonly #history: History;
  readonly #workspace: CheckedOut;
  readonly #seats: readonly Seat[];
  readonly #options: ReplayOptions;
  #typed = 0;

  constructor(history: History, workspace: CheckedOut, seats: readonly Seat[], options: ReplayOptions) {
    this.#history = history;
    this.#workspace = workspace;
    this.#seats = seats;
    this.#options = options;
  }

  async run({ commits, characters }: Plan): Promise<void> {
    const most = Math.min(characters, this.#options.characters);
    let at = commits[0]!.parent;
    // What is too much is left out at the beginning: what was typed last says most.
    let surplus = characters - most;
    for (const { id, parent, changes, typed } of commits) {
      if (at !== parent) await this.#takeOver(await this.#history.changes(at, parent));
      at = id;
      const paths = new Set(typed.map(({ path }) => path));
      await this.#takeOver(changes.filter(({ path }) => !paths.has(path)));
      for (const file of typed) {
        const count = typedCharacters(file.edits);
        const change = changes.find(({ path }) => path === file.path)!;
        if (surplus >= count) {
          surplus -= count;
          await this.#takeOver([change]);
          continue;
        }
        await this.#type(file, change);
        this.#options.onProgress?.(Math.min(1, this.#typed / most));
      }
    }
  }

  /** Puts what nobody types here in the place of what was there. */
  async #takeOver(changes: readonly Change[]): Promise<void> {
    if (changes.length === 0) return;
    await this.#workspace.change(changes, this.#options.signal);
    for (const seat of this.#seats) await seat.refresh(changes.map(({ path }) => path));
  }

  async #type({ path, before, edits }: FileEdits, { after }: Change): Promise<void> {
    const { signal } = this.#options;
    // Rules for files look at what is on disk.
    await this.#workspace.put(path, after);
    for (const seat of this.#seats) {
      let text = before ?? '';
      let shift = 0;
      for (const edit of edits) {
        const at = edit.start + shift;
        const kind = before === undefined ? 'newFile' : kindOf(text, at, edit);
        seat.add(path, kind, await seat.typist.type(path, text, at, edit, signal));
        const next = applied(text, [{ ...edit, start: at }]);
        shift += next.length - text.length;
        text = next;
      }
      await seat.done(path);
    }
    this.#typed += typedCharacters(edits);
  }
}

/** Whether something else than white space stands behind the cursor on its line when typing begins. */
function kindOf(text: string, at: number, { removed }: TextEdit): Kind {
  const behind = at + removed;
  const end = text.indexOf('\n', behind);
  return text.slice(behind, end < 0 ? text.length : end).trim() === '' ? 'newLines' : 'withinLine';
}

function resultOf(plan: Plan, [ideal, hurried]: readonly [Seat, Seat]): Replay {
  const total = sumOf(ideal.kinds.values()).fared();
  const { keystrokeSavings, acceptanceRate } = sumOf(hurried.kinds.values()).fared();
  const { latencies } = ideal.typist;
  return {
    commits: plan.commits.length,
    experts: ideal.experts,
    ...total,
    human: { keystrokeSavings, acceptanceRate },
    kinds: Object.fromEntries([...ideal.kinds].map(([kind, tally]) => [kind, partOf(tally)])) as Record<Kind, Part>,
    languages: Object.fromEntries(
      [...ideal.languages].sort(([a], [b]) => (a < b ? -1 : 1)).map(([language, tally]) => [language, partOf(tally)]),
    ),
    latencyMs: latencyOf(latencies),
  };
}

function partOf(tally: Tally): Part {
  const { characters, keystrokeSavings, acceptanceRate, wrongPerAcceptedCharacter, silentPart } = tally.fared();
  return { characters, keystrokeSavings, acceptanceRate, wrongPerAcceptedCharacter, silentPart };
}
