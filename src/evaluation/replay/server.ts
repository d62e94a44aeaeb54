import { readdir, rm, rmdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import * as l10n from '@vscode/l10n';
import { UserFacingError } from '../../base/errors.ts';
import { type GiveWay, giveWay } from '../../base/pace.ts';
import type { Remote } from '../../base/workerRpc.ts';
import type { Predictor } from '../../completion/predictor.ts';
import { readFingerprints } from '../../corpus/fingerprints.ts';
import { type Model, readModelFile } from '../../lstm/modelFile.ts';
import type {
  ReplayFigures,
  ReplayListener,
  ReplayOutcome,
  ReplayRequest,
  ReplayService,
} from '../../protocol/replay.ts';
import { ExampleCollector } from './examples.ts';
import { typingFigures } from './figures.ts';
import { History } from './history.ts';
import { offersIn } from './offers.ts';
import { type Plan, type PlanOptions, planReplay } from './plan.ts';
import { type ReplayOptions, replay } from './replay.ts';
import { unreadBy } from './unread.ts';

/** Figures of fewer characters say little: of somebody's own, or of what a network has not learnt. */
export const LEAST_CHARACTERS = 1000;
/** Commits that are looked at for such as have something that is typed. */
const LOOKED_AT = 2000;
/** As many people type. */
const WORDS_PER_MINUTE = 45;
const SEED = 1;
/** Folders of replays that were killed are removed when they are older. */
const STALE_MILLISECONDS = 3_600_000;

/** From the last key that somebody types to the next one that is typed anew. */
const PAUSE_MILLISECONDS = 1000;
/** As often it is looked whether that goes on. */
const LOOK_MILLISECONDS = 50;

/** What a replay needs that not each one does. */
export interface Manners {
  /** Makes a network ready to be asked. */
  readonly open: (model: Model) => Promise<Predictor>;
  /** Waits after so many seconds of computing. Default: no rest. */
  readonly rest?: ((seconds: number) => Promise<void>) | undefined;
}

/** What the replay worker does, apart from being one. */
export class ReplayServer implements ReplayService {
  readonly #host: Remote<ReplayListener>;
  readonly #manners: Manners;
  #current: { readonly abort: AbortController; readonly over: Promise<unknown> } | undefined;
  /** Nothing is computed before. Milliseconds. */
  #pausedUntil = 0;

  constructor(host: Remote<ReplayListener>, manners: Manners) {
    this.#host = host;
    this.#manners = manners;
  }

  async replay(request: ReplayRequest): Promise<ReplayOutcome> {
    if (this.#current !== undefined) return { type: 'refused', message: l10n.t('A replay is going on already.') };
    const abort = new AbortController();
    const over = this.#replayOnce(request, abort.signal);
    this.#current = { abort, over };
    try {
      return await over;
    } finally {
      this.#current = undefined;
    }
  }

  cancel(): void {
    this.#current?.abort.abort();
  }

  giveWay(): void {
    this.#pausedUntil = performance.now() + PAUSE_MILLISECONDS;
  }

  /** The last thing that is asked for. */
  async shutDown(): Promise<void> {
    this.cancel();
    await this.#current?.over.catch(() => {});
  }

  async #replayOnce(request: ReplayRequest, signal: AbortSignal): Promise<ReplayOutcome> {
    let history: History | undefined;
    try {
      await removeStale(request.temporary);
      const { folder, temporary } = request;
      history = await History.open(folder.path, signal, { isOfFolder: true, temporary });
      return await this.#replayOf(history, request, signal);
    } catch (error) {
      if (signal.aborted) return { type: 'cancelled' };
      if (error instanceof UserFacingError) return { type: 'refused', message: error.message };
      throw error;
    } finally {
      history?.close();
      await rmdir(request.temporary).catch(() => {}); // unless there is something in it
    }
  }

  async #replayOf(history: History, request: ReplayRequest, signal: AbortSignal): Promise<ReplayOutcome> {
    const way = this.#way(signal);
    const { plan, whose } = await planFor(history, request, way, signal);
    const notices = [...plan.notices, ...unofferedNotices(plan)];
    const isShallow = await history.isShallow();
    if (plan.characters === 0) throw new UserFacingError(nothingTyped(request, notices, isShallow), 'usage');
    if (isShallow && plan.characters < request.characters) notices.push(shallowNotice());
    const model = await modelOf(request, notices);
    const unread = model && unreadBy({ ...(await learntOf(request)), trained: dateOf(model) }, plan);
    const isAsked = unread !== undefined && unread.characters >= LEAST_CHARACTERS;
    const typed = isAsked ? unread : plan;
    const network = isAsked ? await this.#manners.open(model!) : undefined;
    const examples = new ExampleCollector();
    try {
      const type = async (by: Predictor | undefined, part: number, parts: number) =>
        typingFigures(
          await replay(history, typed, {
            ...optionsFor(request),
            ...{ way, signal },
            network: by,
            examples: part + 1 === parts ? examples : undefined,
            onProgress: (fraction) => this.#tell((part + fraction) / parts),
          }),
        );
      const parts = network === undefined ? 1 : 2;
      const memories = await type(undefined, 0, parts);
      const both = network && (await type(network, 1, parts));
      const trained = model && new Date(dateOf(model)).toISOString();
      const figures: ReplayFigures = {
        version: 1,
        date: new Date().toISOString(),
        ...(request.folder.name === undefined ? {} : { folder: request.folder.name }),
        ...{ whose, commits: typed.commits.filter((commit) => commit.typed.length > 0).length },
        ...{ least: LEAST_CHARACTERS, wordsPerMinute: WORDS_PER_MINUTE },
        network:
          trained === undefined
            ? { type: 'none' }
            : isAsked
              ? { type: 'asked', trained }
              : { type: 'early', trained, characters: unread!.characters },
        memories,
        ...(both === undefined ? {} : { both }),
      };
      return { type: 'done', figures, examples: await examples.redacted(), notices };
    } finally {
      await network?.dispose();
    }
  }

  /** Lets in messages, whoever types, and rests. */
  #way(signal: AbortSignal): GiveWay {
    let since = performance.now();
    return async () => {
      await this.#manners.rest?.((performance.now() - since) / 1000);
      await giveWay();
      while (performance.now() < this.#pausedUntil && !signal.aborted) await setTimeout(LOOK_MILLISECONDS);
      since = performance.now();
    };
  }

  /** A host that cannot make anything of what it is told does not end the replay. */
  #tell(fraction: number): void {
    this.#host.onProgress(Math.min(1, fraction)).catch(() => {});
  }
}

function optionsFor(request: ReplayRequest): Omit<ReplayOptions, 'network'> {
  const { folder, scan, maximum, characters, maxLength, minimumProbability, multiline } = request;
  return {
    ...{ folder, scan, maximum, characters, maxLength, minimumProbability, multiline },
    ...{ wordsPerMinute: WORDS_PER_MINUTE, seed: SEED },
  };
}

/** What whoever works here has typed; where that is too little, what everybody has. */
async function planFor(
  history: History,
  { folder, scan, commits, characters, offered, othersOffered }: ReplayRequest,
  way: GiveWay,
  signal: AbortSignal,
): Promise<{ readonly plan: Plan; readonly whose: ReplayFigures['whose'] }> {
  const isOffered = offersIn(offered, othersOffered);
  const options: PlanOptions = { folder, scan, commits, characters, isOffered, lookedAt: LOOKED_AT, way, signal };
  const author = await history.ownAuthor();
  const own = author === undefined ? undefined : await planReplay(history, { ...options, author });
  if (own !== undefined && own.characters >= LEAST_CHARACTERS) return { plan: own, whose: 'own' };
  const all = await planReplay(history, options);
  // Perhaps nobody else works here.
  const isOwn = own !== undefined && own.characters > 0 && own.characters === all.characters;
  return { plan: all, whose: isOwn ? 'own' : 'everybody' };
}

/** The network's file as data: nothing native is loaded for it. One that cannot be read is as good as none. */
async function modelOf({ model }: ReplayRequest, notices: string[]): Promise<Model | undefined> {
  if (model === undefined) return undefined;
  try {
    return await readModelFile(model.path);
  } catch (error) {
    if (!(error instanceof UserFacingError)) throw error;
    notices.push(error.message);
    return undefined;
  }
}

function dateOf({ card }: Model): number {
  return Date.parse(card.training.date);
}

async function learntOf({ model, folder }: ReplayRequest) {
  const fingerprints = model?.learnt === undefined ? undefined : await readFingerprints(model.learnt);
  return { fingerprints, prefix: folder.name === undefined ? '' : `${folder.name}/` };
}

function unofferedNotices({ unoffered }: Plan): string[] {
  if (unoffered.size === 0) return [];
  const characters = [...unoffered.values()].reduce((sum, count) => sum + count, 0);
  const names = [...unoffered].sort(([, a], [, b]) => b - a).map(([name]) => name);
  return [
    l10n.t(
      '{0} characters in files with {1} are left out, as inkling.completions.languages switches suggestions off there.',
      characters.toLocaleString('en'),
      names.slice(0, 5).join(', '),
    ),
  ];
}

function shallowNotice(): string {
  return l10n.t('The clone is shallow, so its history is short: git fetch --unshallow fetches the rest.');
}

function nothingTyped({ folder }: ReplayRequest, notices: readonly string[], isShallow: boolean): string {
  const sentence = l10n.t(
    'No commit changes text in {0} that Inkling would complete, beside the first one, before which there was nothing.',
    folder.path,
  );
  return [sentence, ...notices, ...(isShallow ? [shallowNotice()] : [])].join(' ');
}

/** Removes what replays have left that were killed; not those that may be going on in another window. */
async function removeStale(folder: string): Promise<void> {
  for (const name of await readdir(folder).catch(() => [])) {
    const path = join(folder, name);
    const age = Date.now() - ((await stat(path).catch(() => undefined))?.mtimeMs ?? Date.now());
    if (age > STALE_MILLISECONDS) await rm(path, { recursive: true, force: true }).catch(() => {});
  }
}
