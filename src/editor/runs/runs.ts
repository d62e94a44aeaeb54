import { randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Sequencer } from '../../base/async/sequencer.ts';
import { Throttler } from '../../base/async/throttler.ts';
import { removeStaleTemporariesIn, writeFileAtomically } from '../../base/atomicFile.ts';
import { Emitter } from '../../base/emitter.ts';
import type { Run } from '../../protocol/page.ts';
import type { Curve, Evaluation, KeptRun } from '../../protocol/runs.ts';
import { type CurvePoint, GrowingCurve } from './curve.ts';
import { decodeRun, encodeRun, type Recording } from './runFile.ts';

/** What has changed: the list, points of a run from an index on, or its evaluations. */
export type RunsChange =
  | { readonly type: 'list' }
  | { readonly type: 'points'; readonly run: string; readonly from: number }
  | { readonly type: 'evaluations'; readonly run: string };

/** A run as the list has it. */
export type ListedRun = KeptRun & Pick<Run, 'isRunning'>;

const MOST_RUNS = 20;
const WRITE_MILLISECONDS = 20_000;
const ID = /^\d{17}-[0-9a-f]{4}$/;
const NOTHING: Curve = new GrowingCurve().points();

/**
 * A name for a new run, which sorts by date: behind all others, even if the clock was put back.
 *
 * @param newest the name of the newest run, if there is one
 */
export function newRunId(date = new Date(), newest?: string): string {
  const now = date.toISOString().replace(/\D/g, '');
  const last = newest?.slice(0, now.length) ?? '';
  const time = now > last ? now : String(BigInt(last) + 1n).padStart(now.length, '0');
  return `${time}-${randomBytes(2).toString('hex')}`;
}

export function isRunId(text: string): boolean {
  return ID.test(text);
}

/**
 * The last {@link MOST_RUNS} runs of a workspace, one file each, so that a damaged one costs no other. One is recorded at
 * a time; it stays in memory until the next one begins, of the others only what the list shows. A run that is not
 * known, such as one that was deleted while it went on, is told nothing more about.
 */
export class Runs {
  readonly #folder: string;
  readonly #onError: (error: unknown) => void;
  readonly #known = new Map<string, KeptRun>();
  readonly #changed = new Emitter<RunsChange>();
  #current: Recording | undefined;
  readonly #writing = new Throttler(() => this.#writeNow(), { delay: WRITE_MILLISECONDS });
  readonly #fileOperations = new Sequencer();

  readonly onDidChange = this.#changed.event;

  /**
   * @param folder where the files lie; it is made when it is needed
   * @param onError told when a file cannot be written; recording goes on
   */
  constructor(folder: string, onError: (error: unknown) => void) {
    this.#folder = folder;
    this.#onError = onError;
    void this.#enqueue(() => this.#readAll());
  }

  /** Newest first. */
  list(): readonly ListedRun[] {
    const runs = [...this.#known.values()].sort((a, b) => (a.id < b.id ? 1 : -1));
    return runs.map((run) => ({ ...run, isRunning: run.outcome === 'running' }));
  }

  /** Empty when there is no such run, or its file is damaged. */
  async curve(id: string): Promise<Curve> {
    return (await this.#recordingOf(id))?.curve.points() ?? NOTHING;
  }

  /** Points of the run that is recorded, from an index on; empty for any other. */
  points(id: string, from: number): Curve {
    return this.#recorded(id)?.curve.points(from) ?? NOTHING;
  }

  /** Empty when there is no such run, or its file is damaged. */
  async evaluations(id: string): Promise<readonly Evaluation[]> {
    return (await this.#recordingOf(id))?.evaluations ?? [];
  }

  async rename(id: string, name: string): Promise<void> {
    await this.#update(id, { name });
  }

  async delete(id: string): Promise<void> {
    if (!this.#known.delete(id)) return;
    if (this.#current?.run.id === id) this.#current = undefined;
    this.#changed.fire({ type: 'list' });
    await this.#enqueue(() => rm(this.#pathOf(id), { force: true }));
  }

  /** Reads a run that is to be gone on with, so that {@link begin} finds what there is of it. */
  async recall(id: string): Promise<void> {
    await this.#fileOperations.settled();
    const recording = await this.#recordingOf(id);
    // Meanwhile it may have been deleted, or given another name.
    const known = this.#known.get(id);
    if (recording === undefined || known === undefined) return;
    recording.run = { ...recording.run, name: known.name };
    this.#current = recording;
  }

  /**
   * Begins to record a run, or goes on with one that was recalled, which keeps its name, date and what was recorded up to
   * that step.
   */
  begin(run: KeptRun, step: number): void {
    const { id } = run;
    const recalled = this.#recorded(id);
    if (recalled !== undefined) {
      const { name, date } = recalled.run;
      this.#set({ ...recalled.run, ...run, name, date });
      this.cutAfter(id, step);
    } else {
      this.#current = { run, evaluations: [], curve: new GrowingCurve(step) };
      this.#known.set(id, run);
    }
    this.#changed.fire({ type: 'list' });
    void this.#writeNow();
    const others = this.list().filter((other) => other.id !== id);
    for (const { id: oldest } of others.slice(MOST_RUNS - 1)) void this.delete(oldest);
  }

  append(id: string, point: CurvePoint): void {
    const recording = this.#recorded(id);
    if (recording === undefined) return;
    const from = recording.curve.append(point);
    this.#set({ ...recording.run, seconds: point.seconds });
    this.#changed.fire({ type: 'points', run: id, from });
    this.#writing.schedule();
  }

  evaluate(id: string, evaluation: Evaluation): void {
    const recording = this.#recorded(id);
    if (recording === undefined) return;
    recording.evaluations.push(evaluation);
    this.#set({ ...recording.run, seconds: evaluation.seconds, ...bestOf(recording.evaluations) });
    this.#changed.fire({ type: 'evaluations', run: id });
    this.#changed.fire({ type: 'list' });
    this.#writing.schedule();
  }

  /** Forgets what was recorded of the steps after one. */
  cutAfter(id: string, step: number): void {
    const recording = this.#recorded(id);
    if (recording === undefined) return;
    const from = recording.curve.cutAfter(step);
    recording.evaluations = recording.evaluations.filter((evaluation) => evaluation.step <= step);
    this.#changed.fire({ type: 'points', run: id, from });
    this.#changed.fire({ type: 'evaluations', run: id });
  }

  /** Notes what has become known of the run that is recorded, such as how it ended. */
  async note(id: string, what: Partial<Pick<KeptRun, 'outcome' | 'result' | 'bits' | 'seconds' | 'baselines'>>) {
    if (this.#recorded(id) !== undefined) await this.#update(id, what);
  }

  /** Deletes all runs. */
  async clear(): Promise<void> {
    this.#known.clear();
    this.#current = undefined;
    this.#writing.cancel();
    this.#changed.fire({ type: 'list' });
    await this.#enqueue(() => rm(this.#folder, { recursive: true, force: true }));
  }

  /** Resolves when all that was recorded is written. */
  async flush(): Promise<void> {
    this.#writing.flush();
    await this.#fileOperations.settled();
  }

  #recorded(id: string): Recording | undefined {
    return this.#current?.run.id === id ? this.#current : undefined;
  }

  #set(run: KeptRun): void {
    this.#current!.run = run;
    this.#known.set(run.id, run);
  }

  async #update(id: string, what: Partial<KeptRun>): Promise<void> {
    const known = this.#known.get(id);
    if (known === undefined) return;
    this.#known.set(id, { ...known, ...what });
    const recorded = this.#recorded(id);
    if (recorded !== undefined) recorded.run = { ...recorded.run, ...what };
    this.#changed.fire({ type: 'list' });
    if (recorded !== undefined) await this.#writeNow();
    else await this.#enqueue(() => this.#rewrite(id, what));
  }

  async #rewrite(id: string, what: Partial<KeptRun>): Promise<void> {
    const recording = await this.#recordingOf(id);
    if (recording !== undefined) await this.#write({ ...recording, run: { ...recording.run, ...what } });
  }

  async #recordingOf(id: string): Promise<Recording | undefined> {
    return this.#recorded(id) ?? (this.#known.has(id) ? this.#read(id) : undefined);
  }

  async #read(id: string): Promise<Recording | undefined> {
    const text = await readFile(this.#pathOf(id), 'utf8').catch(() => '');
    const recording = decodeRun(text);
    return recording?.run.id === id ? recording : undefined;
  }

  /** A run that is not going on here was broken off. Files that are damaged are as good as none. */
  async #readAll(): Promise<void> {
    await removeStaleTemporariesIn(this.#folder);
    const names = await readdir(this.#folder).catch(() => []);
    for (const name of names) {
      const id = name.replace(/\.json$/, '');
      if (!isRunId(id)) continue;
      const run = (await this.#read(id))?.run;
      if (run === undefined || this.#known.has(id)) continue;
      this.#known.set(id, run.outcome === 'running' ? { ...run, outcome: 'broken-off' } : run);
    }
    if (names.length > 0) this.#changed.fire({ type: 'list' });
  }

  #writeNow(): Promise<void> {
    this.#writing.cancel();
    const recording = this.#current;
    return recording === undefined ? this.#fileOperations.settled() : this.#enqueue(() => this.#write(recording));
  }

  async #write(recording: Recording): Promise<void> {
    const { id } = recording.run;
    if (!this.#known.has(id)) return;
    await mkdir(this.#folder, { recursive: true });
    await writeFileAtomically(this.#pathOf(id), [encodeRun(recording)]);
  }

  #enqueue(work: () => Promise<void>): Promise<void> {
    return this.#fileOperations.queue(work).catch(this.#onError);
  }

  #pathOf(id: string): string {
    return join(this.#folder, `${id}.json`);
  }
}

function bestOf(evaluations: readonly Evaluation[]): { readonly bits: number } {
  return { bits: Math.min(...evaluations.map(({ heldOutBits }) => heldOutBits)) };
}
