import { type GiveWay, giveWay, pacer } from '../../base/pace.ts';
import { random } from '../../base/random.ts';
import type { ExpertRegistration } from '../../completion/experts/registration.ts';
import type { Predictor } from '../../completion/predictor.ts';
import type { Policy } from '../../completion/suggestion/policy.ts';
import { ModelLease } from '../../completion/worker/modelLease.ts';
import { WorkspaceIndex } from '../../completion/workspace/workspaceIndex.ts';
import type { Kind } from '../../protocol/replay.ts';
import { type Latency, latencyOf } from '../statistics.ts';
import { applied, type TextEdit } from './edits.ts';
import type { ExampleCollector } from './examples.ts';
import type { Change, History } from './history.ts';
import { type FileEdits, languageOf, type Plan, typedCharacters } from './plan.ts';
import { areRules, type Reading } from './rules.ts';
import { SharedNetwork } from './sharedNetwork.ts';
import { type Fared, KINDS, sumOf, Tally } from './tally.ts';
import { human, IDEAL, type Manner, type Onlookers, Typist } from './typist.ts';
import { CheckedOut } from './workspace.ts';

export interface ReplayOptions extends Omit<Policy, 'trigger' | 'acceptanceRate'>, Reading {
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
  /** Is given what the ideal typist is shown. */
  readonly examples?: ExampleCollector | undefined;
  /** Lets in what goes first. Default: messages. */
  readonly way?: GiveWay;
  readonly onProgress?: (fraction: number) => void;
  readonly signal?: AbortSignal;
}

type Part = Omit<Fared, 'shown' | 'accepted' | 'keystrokes'>;

/** How one typist fared. */
interface Faring extends Fared {
  readonly kinds: Readonly<Record<Kind, Part>>;
  /** By file extension. */
  readonly languages: Readonly<Record<string, Part>>;
}

/** How an ideal typist fared who typed a history anew, and a human one. */
export interface Replay extends Faring {
  readonly commits: number;
  /** Ids of the experts that predicted. */
  readonly experts: readonly string[];
  readonly human: Faring;
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
    const replaying = new Replaying(history, workspace, plan, options);
    const onTyped = (characters: number) => replaying.typed(characters);
    const pace = pacer(BREATH_MILLISECONDS, options.way);
    const manners = [IDEAL, human(options.wordsPerMinute, random(options.seed))];
    for (const manner of manners) {
      const examples = manner === IDEAL ? options.examples : undefined;
      seats.push(await Seat.open(workspace.folder, manner, { ...options, network }, { pace, onTyped, examples }));
    }
    await replaying.run(seats);
    return resultOf(plan, seats as [Seat, Seat]);
  } finally {
    for (const seat of seats) await seat.close();
    await workspace.remove();
  }
}

/** Typing between two pauses that let in what goes first. */
const BREATH_MILLISECONDS = 5;

/** A typist, with an editor of their own. */
class Seat {
  readonly typist: Typist;
  readonly kinds = new Map<Kind, Tally>(KINDS.map((kind) => [kind, new Tally()]));
  readonly languages = new Map<string, Tally>();
  /** Ids of the experts. */
  readonly experts: readonly string[];
  readonly #index: WorkspaceIndex;
  /** Of the folder among others, with a slash at its end. */
  readonly #prefix: string;

  static async open(path: string, manner: Manner, options: ReplayOptions, onlookers: Onlookers): Promise<Seat> {
    const { network, maximum, folder, scan = {}, signal = new AbortController().signal, way = giveWay } = options;
    const request = { folders: [{ ...folder, path }], scan, maximum };
    const index = await WorkspaceIndex.read(request, signal, network?.vocabulary, way);
    const lease = new ModelLease(network, index, undefined, options.experts);
    index.join((work) => work(lease.mixture));
    await index.trainMixer(signal);
    return new Seat(lease, index, manner, options, onlookers);
  }

  private constructor(
    lease: ModelLease,
    index: WorkspaceIndex,
    manner: Manner,
    options: ReplayOptions,
    onlookers: Onlookers,
  ) {
    const { maxLength, minimumProbability, multiline, costs, folder } = options;
    this.#prefix = folder?.name === undefined ? '' : `${folder.name}/`;
    const tell = (path: string, text: string) => index.set({ path, text, isFile: true });
    this.#index = index;
    this.experts = lease.mixture.ids;
    const policy = { ...{ maxLength, minimumProbability, multiline }, ...(costs && { costs }) };
    this.typist = new Typist({ suggester: lease.suggester, tell }, manner, policy, onlookers);
  }

  /** Types one edit, and counts. */
  async type(
    path: string,
    kind: Kind,
    text: string,
    at: number,
    edit: TextEdit,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    const tally = await this.typist.type(this.#prefix + path, text, at, edit, signal);
    this.kinds.get(kind)!.add(tally);
    const language = languageOf(path);
    const sum = this.languages.get(language) ?? new Tally();
    this.languages.set(language, sum);
    sum.add(tally);
  }

  /** Files are on disk in another state than they were, which nobody typed here. */
  async refresh(paths: readonly string[]): Promise<void> {
    await this.#index.refresh(paths.some(areRules) ? undefined : paths.map((path) => this.#prefix + path));
  }

  /** The editor of a file is closed: what counts is on disk. */
  async done(path: string): Promise<void> {
    await this.#index.close(this.#prefix + path);
    if (areRules(path)) await this.#index.refresh();
  }

  async close(): Promise<void> {
    this.#index.join(undefined);
  }
}

class Replaying {
  readonly #history: History;
  readonly #workspace: CheckedOut;
  readonly #plan: Plan;
  readonly #options: ReplayOptions;
  /** Code points that each is to type. */
  readonly #most: number;
  #seats: readonly Seat[] = [];
  #typed = 0;
  #told = 0;

  constructor(history: History, workspace: CheckedOut, plan: Plan, options: ReplayOptions) {
    this.#history = history;
    this.#workspace = workspace;
    this.#plan = plan;
    this.#options = options;
    this.#most = Math.min(plan.characters, options.characters);
  }

  /** Somebody has typed so many characters. */
  typed(characters: number): void {
    this.#typed += characters;
    const fraction = Math.min(1, this.#typed / (this.#most * this.#seats.length));
    if (fraction - this.#told < SMALLEST_PROGRESS) return;
    this.#told = fraction;
    this.#options.onProgress?.(fraction);
  }

  async run(seats: readonly Seat[]): Promise<void> {
    this.#seats = seats;
    const { commits, characters } = this.#plan;
    let at = commits[0]!.parent;
    // What is too much is left out at the beginning: what was typed last says most.
    let surplus = characters - this.#most;
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
        await seat.type(path, kind, text, at, edit, signal);
        const next = applied(text, [{ ...edit, start: at }]);
        shift += next.length - text.length;
        text = next;
      }
      await seat.done(path);
    }
  }
}

/** That is told. */
const SMALLEST_PROGRESS = 0.005;

/** Whether something else than white space stands behind the cursor on its line when typing begins. */
function kindOf(text: string, at: number, { removed }: TextEdit): Kind {
  const behind = at + removed;
  const end = text.indexOf('\n', behind);
  return text.slice(behind, end < 0 ? text.length : end).trim() === '' ? 'newLines' : 'withinLine';
}

function resultOf(plan: Plan, [ideal, hurried]: readonly [Seat, Seat]): Replay {
  const { latencies } = ideal.typist;
  return {
    commits: plan.commits.length,
    experts: ideal.experts,
    ...faringOf(ideal),
    human: faringOf(hurried),
    latencyMs: latencyOf(latencies),
  };
}

function faringOf({ kinds, languages }: Seat): Faring {
  return {
    ...sumOf(kinds.values()).fared(),
    kinds: Object.fromEntries([...kinds].map(([kind, tally]) => [kind, partOf(tally)])) as Record<Kind, Part>,
    languages: Object.fromEntries(
      [...languages].sort(([a], [b]) => (a < b ? -1 : 1)).map(([language, tally]) => [language, partOf(tally)]),
    ),
  };
}

function partOf(tally: Tally): Part {
  const { shown: _, accepted: __, keystrokes: ___, ...part } = tally.fared();
  return part;
}
