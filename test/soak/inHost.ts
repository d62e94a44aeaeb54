import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { VERSIONS } from '../../scripts/setupVscode.ts';
import { random } from '../../src/base/random.ts';
import { readCheckpoint } from '../../src/lstm/checkpoint.ts';
import { readModelFile } from '../../src/lstm/modelFile.ts';
import type { TrainerState } from '../../src/protocol/trainerState.ts';
import { packExtension } from '../vscode/extension.ts';
import { modelsIn, storageIn, storedIn } from '../vscode/observations.ts';
import { vsix } from '../vscode/platform.ts';
import { until, Workbench } from '../vscode/workbench.ts';
import type { Requested } from './hostProbe.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
/** Requests that are asked for at a time. */
const PART = 500;
/** When temporary files were written that nobody writes any more. */
const STALE = new Date(0);

/** What came of a kill. */
export interface Kill {
  /** What the status bar said at that moment. */
  readonly status: string;
  /** Seconds of training that the checkpoint did not have; undefined: none had been trained. */
  readonly lost: number | undefined;
}

/** A real VS Code with Inkling, and an extension that does things to its extension host. */
export class HostUnderStress {
  readonly workbench: Workbench;
  readonly #folder: string;
  readonly #minutes: number;
  readonly isControl: boolean;

  /**
   * @param minutes that trainings take
   * @param isControl without Inkling: its part is played by the extension that asks, which suggests always the same
   */
  static async open(name: string, minutes: number, isControl = false): Promise<HostUnderStress> {
    const folder = mkdtempSync(join(tmpdir(), 'inkling-soak-'));
    const workspace = join(folder, 'workspace');
    cpSync(join(root, 'node_modules', 'rxjs', 'src', 'internal'), workspace, { recursive: true });
    const stage = join(folder, 'probe');
    mkdirSync(stage);
    const probe = await packExtension(fileURLToPath(new URL('hostProbe.ts', import.meta.url)), stage);
    const workbench = await Workbench.open({
      version: VERSIONS[0],
      builtin: true,
      vsix: isControl ? [probe] : [vsix, probe],
      workspace,
      shots: join(root, '.cache', 'screenshots', name),
      environment: () => ({
        INKLING_PROBE: join(folder, 'port'),
        ...(isControl ? { INKLING_PROBE_ANSWERS: '' } : {}),
      }),
      settings: {
        'security.workspace.trust.enabled': false,
        'inkling.training.minutes': minutes,
        'inkling.training.hidden': 64,
        'inkling.completions.minimumConfidence': 0.05,
        // TypeScript's errors in what random edits leave: thousands, which are not what is measured.
        'typescript.validate.enable': false,
        'js/ts.validate.enabled': false, // its newer name
      },
    });
    return new HostUnderStress(workbench, { folder, minutes, isControl });
  }

  private constructor(
    workbench: Workbench,
    { folder, minutes, isControl }: { readonly folder: string; readonly minutes: number; readonly isControl: boolean },
  ) {
    this.workbench = workbench;
    this.#folder = folder;
    this.#minutes = minutes;
    this.isControl = isControl;
  }

  /**
   * Where there is no Inkling it takes as long, and nothing is done: what VS Code needed to start is given back meanwhile.
   *
   * @throws Error when training does not begin, or does not come to its end
   */
  async train(): Promise<void> {
    if (this.isControl) {
      await new Promise((resolve) => setTimeout(resolve, this.#minutes * 60_000));
      return;
    }
    await this.#begin();
    await until(() => this.#says(/ready/), 'the end of training', 180_000);
  }

  /**
   * Kills the extension host at a random moment of a training, opens the window anew, and has the training go on.
   *
   * @throws Error when it does not, or what lies on the disk is broken
   */
  async kill(seed: number, longest: number): Promise<Kill> {
    const wasBrokenOff = await this.#begin();
    const before = (wasBrokenOff && (await this.#checkpoint())?.seconds) || 0;
    const start = performance.now();
    const delay = random(seed)() * longest;
    await new Promise((resolve) => setTimeout(resolve, delay));
    const status = await this.workbench.statusItem.innerText();
    await this.#ask('/kill').catch(() => {});
    const trained = before + (performance.now() - start) / 1000;
    rmSync(join(this.#folder, 'port'), { force: true });
    const checkpoint = await this.#checkpoint();
    for (const model of modelsIn(this.workbench.folder)) {
      await readModelFile(join(storageIn(this.workbench.folder), model));
    }
    await this.workbench.reload();
    await until(() => existsSync(join(this.#folder, 'port')), 'the extension host', 60_000);
    await until(() => this.#says(/./), 'the status', 60_000);
    return { status, lost: checkpoint === undefined ? undefined : Math.max(0, trained - checkpoint.seconds) };
  }

  /** Edits a file at random so many times, with a request after each. */
  async request(count: number, seed: number): Promise<Requested> {
    await this.workbench.openFile('Observable.ts');
    const parts: Requested[] = [];
    // One answer must not take longer than an HTTP client waits.
    for (let done = 0; done < count; done += PART) {
      parts.push(await this.#ask<Requested>(`/requests?count=${Math.min(PART, count - done)}&seed=${seed + done}`));
    }
    return {
      answers: sum(parts.map(({ answers }) => answers)),
      suggested: sum(parts.map(({ suggested }) => suggested)),
      memory: parts.flatMap(({ memory }) => memory),
      unhandled: parts.at(-1)!.unhandled,
    };
  }

  /** Temporary files that are left after a training, which removes those of others, though these are long over. */
  async leftovers(): Promise<string[]> {
    const storage = storageIn(this.workbench.folder);
    for (const path of this.#temporaries()) utimesSync(join(storage, path), STALE, STALE);
    await this.train();
    return this.#temporaries();
  }

  #temporaries(): string[] {
    return storedIn(this.workbench.folder).filter((path) => path.includes('inkling') && path.endsWith('.tmp'));
  }

  async close(): Promise<void> {
    await this.workbench.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  /** Begins a training, or goes on with one that was broken off; whether there was one. */
  async #begin(): Promise<boolean> {
    await until(() => this.#says(/./), 'the status', 60_000);
    const isPaused = await this.#says(/paused/);
    await this.workbench.command(isPaused ? 'Inkling: Resume Training' : 'Inkling: Train on Workspace');
    await until(async () => /\d+%/.test(await this.workbench.statusItem.innerText()), 'training', 60_000);
    return isPaused;
  }

  async #says(words: RegExp): Promise<boolean> {
    return words.test(await this.workbench.status().catch(() => ''));
  }

  async #checkpoint(): Promise<TrainerState['progress'] | undefined> {
    const storage = storageIn(this.workbench.folder);
    const [name] = existsSync(storage)
      ? readdirSync(storage, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.safetensors'))
      : [];
    if (name === undefined) return undefined;
    return ((await readCheckpoint(join(storage, name))).trainer as TrainerState).progress;
  }

  async #ask<T>(route: string): Promise<T> {
    await until(() => existsSync(join(this.#folder, 'port')), 'the extension host', 60_000);
    const port = readFileSync(join(this.#folder, 'port'), 'utf8');
    const answer = await fetch(`http://127.0.0.1:${port}${route}`);
    if (!answer.ok) throw new Error(await answer.text());
    return (await answer.json()) as T;
  }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
