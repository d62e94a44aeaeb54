import { channel } from 'node:diagnostics_channel';
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import * as v from 'valibot';
import * as vscode from 'vscode';
import { Sequencer } from '../../base/async/sequencer.ts';
import { accepts, objectOf } from '../../base/schema.ts';
import type { CompletionClient } from '../../completion/worker/client.ts';
import type { ModelCard } from '../../protocol/modelCard.ts';
import { MODEL_PATH, namedModel } from '../settings/settings.ts';
import { FileWatch } from './fileWatch.ts';

/** What there is to complete from. */
export type ModelState =
  | { readonly type: 'untrusted' }
  | { readonly type: 'none' }
  | { readonly type: 'broken'; readonly message: string }
  | { readonly type: 'ready'; readonly card: ModelCard; readonly origin: Origin };

/** Where a model has come from. */
type Origin =
  | { readonly type: 'trained' }
  /** Somebody else's, copied. */
  | { readonly type: 'imported'; readonly name: string }
  /** The setting names it. */
  | { readonly type: 'named'; readonly path: string };

/** Tells whoever measures that a model serves. */
const SERVING = channel('inkling:serving');
const IMPORTED_KEY = 'inkling.imported';
const Imported = objectOf({ name: v.string() });

interface ModelsOptions {
  readonly client: CompletionClient;
  /** Where the workspace's own model is. */
  readonly own: string;
  /** Of the workspace. */
  readonly memento: vscode.Memento;
  /** Whether a network can run here. */
  readonly isSupported: boolean;
  readonly log: vscode.LogOutputChannel;
}

/**
 * Which model serves: the one that the setting `inkling.model.path` names, and the workspace's own where it names none or
 * none that can be used. A named file is only read; when it changes, it is loaded anew.
 */
export class Models implements vscode.Disposable {
  readonly #options: ModelsOptions;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #watch = new FileWatch(() => void this.choose());
  readonly #disposables: vscode.Disposable[];
  #state: ModelState = { type: vscode.workspace.isTrusted ? 'none' : 'untrusted' };
  #hasOwn = false;
  #problem: string | undefined;
  /** What the user has been told last. */
  #told: string | undefined;
  readonly #choices = new Sequencer();

  /** Another model serves, or none, or the one that is named cannot. */
  readonly onDidChange = this.#changed.event;

  constructor(options: ModelsOptions) {
    this.#options = options;
    this.#disposables = [
      this.#changed,
      this.#watch,
      vscode.workspace.onDidGrantWorkspaceTrust(() => this.choose()),
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration(MODEL_PATH)) void this.choose();
      }),
    ];
  }

  get state(): ModelState {
    return this.#state;
  }

  /** Why the model that the setting names does not serve, as a sentence. */
  get problem(): string | undefined {
    return this.#problem;
  }

  /** The file that serves because the setting names it. */
  get named(): string | undefined {
    return this.#state.type === 'ready' && this.#state.origin.type === 'named' ? this.#state.origin.path : undefined;
  }

  /** The file that serves, and whether it is one that was trained here. */
  get serving(): { readonly path: string; readonly isTrainedHere: boolean } | undefined {
    if (this.#state.type !== 'ready') return undefined;
    const { origin } = this.#state;
    return { path: this.named ?? this.#options.own, isTrainedHere: origin.type === 'trained' };
  }

  /** Whether the workspace has a model of its own, whichever serves. */
  get hasOwn(): boolean {
    return this.#hasOwn && this.#state.type !== 'broken';
  }

  /** Has the model serve that should. One at a time: what is asked for last counts. */
  choose(): Promise<void> {
    return this.#choices.queue(() => this.#choose()).catch((error) => this.#options.log.error(messageOf(error)));
  }

  /** A training has put a new model in the place of the workspace's own. */
  async onTrained(): Promise<void> {
    await this.#options.memento.update(IMPORTED_KEY, undefined);
    if (this.named === undefined) return this.choose();
    this.#hasOwn = true;
    this.#changed.fire();
    this.#options.log.info(`The workspace has a new model; the one that ${MODEL_PATH} names goes on serving`);
  }

  /** A model that has come from elsewhere is now the workspace's own. */
  async onImported(source: string): Promise<void> {
    await this.#options.memento.update(IMPORTED_KEY, { name: basename(source) });
    await this.choose();
  }

  /** The worker that had the model is gone. One that dies of loading a model would do so again. */
  lost(): void {
    if (this.#state.type !== 'ready') return;
    this.#state = { type: 'none' };
    void this.choose();
  }

  /** The workspace's own model is to go; one that the setting names stays where it is, and serves again after that. */
  end(): Promise<void> {
    return this.#choices.queue(async () => {
      await this.#serveNone({ type: 'none' });
      this.#hasOwn = false;
      await this.#options.memento.update(IMPORTED_KEY, undefined);
      this.#changed.fire();
    });
  }

  dispose(): void {
    for (const disposable of this.#disposables) disposable.dispose();
  }

  async #choose(): Promise<void> {
    if (!vscode.workspace.isTrusted) return;
    if (this.#state.type === 'untrusted') this.#state = { type: 'none' };
    if (this.#options.isSupported) await this.#serveOne();
    this.#changed.fire();
    this.#tellProblem();
  }

  async #serveOne(): Promise<void> {
    this.#hasOwn = await exists(this.#options.own);
    if (!(await this.#serveNamed())) await this.#serveOwn();
    if (this.#problem === undefined) this.#told = undefined;
  }

  async #serveNamed(): Promise<boolean> {
    try {
      const path = namedModel();
      this.#watch.set(path);
      if (path !== undefined) await this.#serve(path, { type: 'named', path });
      this.#problem = undefined;
      return path !== undefined;
    } catch (error) {
      this.#problem = messageOf(error);
      this.#options.log.error(this.#problem);
      return false;
    }
  }

  async #serveOwn(): Promise<void> {
    const { own, memento, log } = this.#options;
    if (!this.#hasOwn) return this.#serveNone({ type: 'none' });
    try {
      const imported = memento.get<unknown>(IMPORTED_KEY);
      await this.#serve(
        own,
        accepts(Imported, imported) ? { type: 'imported', name: imported.name } : { type: 'trained' },
      );
    } catch (error) {
      log.error(messageOf(error));
      // One that was trained before goes on serving.
      if (this.#state.type === 'ready' && this.named === undefined) return;
      await this.#serveNone({ type: 'broken', message: messageOf(error) });
    }
  }

  async #serveNone(state: ModelState): Promise<void> {
    const { client } = this.#options;
    if (this.#state.type === 'ready' && client.isRunning) await client.remote.unload();
    this.#state = state;
  }

  async #serve(path: string, origin: Origin): Promise<void> {
    const card = await this.#options.client.remote.load(path);
    this.#state = { type: 'ready', card, origin };
    SERVING.publish({ path });
    this.#options.log.info(`Serving a model of ${card.heldOutBitsPerCharacter.toFixed(3)} bits per character`);
  }

  /** Each problem once, until it is gone. */
  #tellProblem(): void {
    if (this.#problem === undefined || this.#problem === this.#told) return;
    this.#told = this.#problem;
    const [open, log] = [vscode.l10n.t('Open Setting'), vscode.l10n.t('Show Log')];
    void vscode.window.showWarningMessage(withRemedy(this.#problem, this.#state), open, log).then((chosen) => {
      if (chosen === open) void openModelSetting();
      if (chosen === log) this.#options.log.show();
    });
  }
}

/** Why a named model does not serve, what does, and what to do. */
export function withRemedy(problem: string, model: ModelState): string {
  return model.type === 'ready'
    ? vscode.l10n.t(
        '{0} Correct the file or the setting inkling.model.path; until then the model of this workspace serves.',
        problem,
      )
    : vscode.l10n.t('{0} Correct the file or the setting inkling.model.path; until then no model serves.', problem);
}

/** Where a model has come from, as the end of a sentence. */
export function describeOrigin(origin: Origin): string {
  switch (origin.type) {
    case 'trained':
      return vscode.l10n.t('trained in this workspace');
    case 'imported':
      return vscode.l10n.t('imported from {0}', origin.name);
    case 'named':
      return vscode.l10n.t('{0}, named by inkling.model.path', origin.path);
  }
}

export function openModelSetting(): Thenable<unknown> {
  return vscode.commands.executeCommand('workbench.action.openSettings', MODEL_PATH);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
}
