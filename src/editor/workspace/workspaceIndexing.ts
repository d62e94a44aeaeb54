import { channel } from 'node:diagnostics_channel';
import * as vscode from 'vscode';
import { Latest } from '../../base/async/latest.ts';
import { Throttler } from '../../base/async/throttler.ts';
import type { CompletionClient } from '../../completion/worker/client.ts';
import { memorySettings, trainingSettings } from '../settings/settings.ts';
import type { SettingName } from '../settings/settingTable.ts';
import { foldersToLearn } from './folders.ts';
import { OpenTexts } from './openTexts.ts';

/** From a change of files to reading them again: checking out a branch changes many. */
const DELAY_MILLISECONDS = 5_000;
/** Not more often than this. */
const INTERVAL_MILLISECONDS = 60_000;
/** What an index is made of, or left out of it. */
const SETTINGS = [
  'inkling.memory.enabled',
  'inkling.memory.maxCharacters',
  'inkling.training.exclude',
  'inkling.training.maxFileSize',
  'files.exclude',
  'search.exclude',
] as const satisfies readonly (`inkling.${SettingName}` | 'files.exclude' | 'search.exclude')[];
/** Tells whoever measures that the index serves. */
const INDEXING = channel('inkling:indexed');

/** Has the completion worker index the workspace: its files, and what is typed. */
export class WorkspaceIndexing implements vscode.Disposable {
  readonly #client: CompletionClient;
  readonly #log: vscode.LogOutputChannel;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #learnt = new vscode.EventEmitter<void>();
  readonly #disposables: vscode.Disposable[];
  readonly #refreshing = new Throttler(() => this.#refresh(), {
    delay: DELAY_MILLISECONDS,
    interval: INTERVAL_MILLISECONDS,
  });
  #texts: OpenTexts | undefined;
  #characters: number | undefined;
  #notices: readonly string[] = [];
  readonly #beginning = new Latest();

  /** An index serves, or does no more. */
  readonly onDidChange = this.#changed.event;
  /** It has learnt something that was typed. */
  readonly onDidLearn = this.#learnt.event;

  constructor(client: CompletionClient, log: vscode.LogOutputChannel) {
    this.#client = client;
    this.#log = log;
    const watcher = vscode.workspace.createFileSystemWatcher('**/*');
    const onFile = (uri: vscode.Uri) => this.#onFile(uri);
    this.#disposables = [
      this.#changed,
      this.#learnt,
      this.#refreshing,
      this.#beginning,
      watcher,
      watcher.onDidChange(onFile),
      watcher.onDidCreate(onFile),
      watcher.onDidDelete(onFile),
      vscode.workspace.onDidGrantWorkspaceTrust(() => void this.begin()),
      vscode.workspace.onDidChangeWorkspaceFolders(() => void this.begin()),
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (SETTINGS.some((name) => event.affectsConfiguration(name))) void this.begin();
      }),
    ];
  }

  /** Characters indexed when files were last read; undefined: no index serves. */
  get characters(): number | undefined {
    return this.#characters;
  }

  /** Rules for files that could not be used, and what was done instead, in sentences. */
  get notices(): readonly string[] {
    return this.#notices;
  }

  /** Reads the workspace, or forgets it, as the settings say. */
  async begin(): Promise<void> {
    const signal = this.#beginning.begin();
    const { enabled, maximum } = memorySettings();
    const folders = foldersToLearn();
    if (!enabled || !vscode.workspace.isTrusted || folders.length === 0) {
      await this.end();
      return;
    }
    const { maxFileBytes } = trainingSettings().scan;
    try {
      const report = await this.#client.remote.indexWorkspace({ folders, scan: { maxFileBytes }, maximum });
      if (signal.aborted || report === undefined) return;
      this.#log.info(`Indexed ${report.characters} characters, read in ${report.milliseconds.toFixed(0)} ms`);
      INDEXING.publish(report);
      this.#notices = report.notices;
      this.#set(report.characters);
      this.#listen();
    } catch (error) {
      if (!signal.aborted) this.lost();
      this.#log.error(`Nothing is remembered: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  /** Forgets everything, until it begins again. */
  async end(): Promise<void> {
    this.#beginning.abort();
    this.lost();
    if (this.#client.isRunning) await this.#client.remote.indexWorkspace(undefined).catch(() => {});
  }

  /** The worker that had the index is gone. */
  lost(): void {
    this.#texts?.dispose();
    this.#texts = undefined;
    this.#notices = [];
    this.#set(undefined);
  }

  dispose(): void {
    this.#texts?.dispose();
    for (const disposable of this.#disposables) disposable.dispose();
  }

  async #refresh(): Promise<void> {
    const { signal } = this.#beginning;
    if (signal.aborted || !this.#client.isRunning) return;
    try {
      const notices = await this.#client.remote.refresh();
      if (signal.aborted) return;
      const before = this.#notices;
      this.#notices = notices;
      if (before.join('\n') !== this.#notices.join('\n')) this.#changed.fire();
    } catch (error) {
      this.#log.error(String(error));
    }
  }

  #set(characters: number | undefined): void {
    this.#characters = characters;
    this.#changed.fire();
  }

  #listen(): void {
    if (this.#texts !== undefined) {
      this.#texts.tellAll();
      return;
    }
    this.#texts = new OpenTexts();
    this.#texts.onDidChange(async (text) => {
      await this.#client.remote.edit(text).catch((error: unknown) => this.#log.error(String(error)));
      this.#learnt.fire();
    });
    this.#texts.onDidClose((path) => void this.#client.remote.closeText(path).catch(() => {}));
  }

  #onFile({ scheme, path }: vscode.Uri): void {
    if (this.#characters !== undefined && scheme === 'file' && !isOfNoText(path)) this.#refreshing.schedule();
  }
}

/** Whether a file decides on nothing that is learnt: of those of Git only some say what is ignored. */
function isOfNoText(path: string): boolean {
  return /\/(?:\.git|node_modules)\//.test(path) && !/\/\.git\/(?:config|info\/exclude)$/.test(path);
}
