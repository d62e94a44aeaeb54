import { Buffer } from 'node:buffer';
import { randomInt } from 'node:crypto';
import * as vscode from 'vscode';
import { Throttler } from '../../base/async/throttler.ts';
import type { CompletionClient } from '../../completion/worker/client.ts';
import type { CharacterDetail, Feature, UnitMatch, UnitName, UnitSummary } from '../../protocol/inspection.ts';
import type { GenerateRequest, OptionName, Page, Run, RunCommand, Section, State } from '../../protocol/page.ts';
import type { Curve } from '../../protocol/runs.ts';
import type { SurprisalDecorations } from '../completion/surprisalDecorations.ts';
import type { ReplayController } from '../replay/replayController.ts';
import type { Command } from '../settings/names.ts';
import { setOption } from '../settings/settings.ts';
import type { TrainingController } from '../training/trainingController.ts';
import type { CursorInspector } from './cursorInspector.ts';
import type { DashboardSource } from './dashboardPanel.ts';

/** At most so often is a page told what has changed. */
const INTERVAL_MILLISECONDS = 200;

const COMMANDS: Readonly<Record<RunCommand, Command | 'workbench.trust.manage'>> = {
  train: 'inkling.train',
  continue: 'inkling.continueTraining',
  pause: 'inkling.pauseTraining',
  resume: 'inkling.resumeTraining',
  stop: 'inkling.stopTraining',
  export: 'inkling.exportModel',
  import: 'inkling.importModel',
  forget: 'inkling.forget',
  replay: 'inkling.replay',
  manageTrust: 'workbench.trust.manage',
  showLog: 'inkling.showLog',
};

export interface Sources {
  readonly training: TrainingController;
  readonly client: CompletionClient;
  readonly looking: CursorInspector;
  readonly surprisal: SurprisalDecorations;
  readonly replays: ReplayController;
  readonly state: () => State;
  /** The page that listens, if one does. */
  readonly page: () => Page | undefined;
}

/** What the page is told, and what it is answered. */
export class DashboardHost implements DashboardSource, vscode.Disposable {
  readonly #sources: Sources;
  readonly #disposables: { dispose(): unknown }[];
  /** What has changed since the page was last told: runs with the index from which on points have. */
  readonly #points = new Map<string, number>();
  readonly #evaluations = new Set<string>();
  #isListChanged = false;
  #areSavingsChanged = false;
  /** What is to be seen as soon as there is a page. */
  #revealed: Section | undefined;
  readonly #telling = new Throttler(() => this.#tell(), { interval: INTERVAL_MILLISECONDS });

  constructor(sources: Sources) {
    this.#sources = sources;
    const { training, looking, replays } = sources;
    this.#disposables = [
      this.#telling,
      training.runs.onDidChange((change) => {
        if (change.type === 'list') this.#isListChanged = true;
        else if (change.type === 'evaluations') this.#evaluations.add(change.run);
        else this.#points.set(change.run, Math.min(change.from, this.#points.get(change.run) ?? change.from));
        this.changed();
      }),
      replays.onDidChange(() => {
        this.#areSavingsChanged = true;
        this.changed();
      }),
      training.corpus.onDidChange(() => sources.page()?.corpus(training.corpus.corpus)),
      looking.onNext((next) => sources.page()?.next(next)),
      looking.onTrace((trace) => sources.page()?.trace(trace)),
    ];
  }

  state(): State {
    return this.#sources.state();
  }

  /** The state has changed: the page is told soon. */
  changed(): void {
    this.#telling.schedule();
  }

  /** Shows a section, on the page that there is or on the next one. */
  reveal(section: Section): void {
    this.#revealed = section;
    this.changed();
  }

  replay(page: Page): void {
    const { training, looking, replays } = this.#sources;
    this.#points.clear();
    this.#evaluations.clear();
    this.#isListChanged = false;
    this.#areSavingsChanged = false;
    page.state(this.state());
    page.runs(this.#runs());
    const current = training.running?.id ?? training.runs.list()[0]?.id;
    if (current !== undefined) void this.curve(current).then((curve) => page.points(current, 0, curve));
    page.corpus(training.corpus.corpus);
    page.savings(replays.savings);
    this.#tellRevealed(page);
    looking.again();
  }

  run(command: RunCommand): void {
    void vscode.commands.executeCommand(COMMANDS[command]);
  }

  setOption(name: OptionName, value: number | string): Promise<string | undefined> {
    return setOption(name, value);
  }

  async curve(run: string): Promise<Curve> {
    const { runs } = this.#sources.training;
    this.#sources.page()?.evaluations(run, await runs.evaluations(run));
    return runs.curve(run);
  }

  renameRun(run: string, name: string): void {
    void this.#sources.training.runs.rename(run, name.trim().slice(0, 100));
  }

  deleteRun(run: string): void {
    void this.#sources.training.runs.delete(run);
  }

  async save(name: string, content: string, encoding: 'utf8' | 'base64'): Promise<void> {
    const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
    const defaultUri = folder === undefined ? {} : { defaultUri: vscode.Uri.joinPath(folder, name) };
    const target = await vscode.window.showSaveDialog(defaultUri);
    if (target !== undefined) await vscode.workspace.fs.writeFile(target, Buffer.from(content, encoding));
  }

  generate({ prompt, temperature, length }: GenerateRequest): Promise<string> {
    this.#needModel();
    return this.#sources.client.remote.generate({ prompt, temperature, length, seed: randomInt(1, 2 ** 31) });
  }

  show(sections: readonly Section[]): void {
    this.#sources.looking.show(sections);
  }

  async character(index: number): Promise<CharacterDetail> {
    this.#needModel();
    const detail = await this.#sources.client.remote.character(index);
    if (detail === undefined) throw new Error(vscode.l10n.t('The text has changed in the meantime.'));
    return detail;
  }

  unit(unit: UnitName): Promise<readonly number[]> {
    this.#needModel();
    return this.#sources.client.remote.unit(unit);
  }

  async units(): Promise<readonly UnitSummary[]> {
    this.#needModel();
    const document = this.#sources.looking.document();
    return document === undefined ? [] : this.#sources.client.remote.units(document);
  }

  async unitsThatFollow(feature: Feature): Promise<readonly UnitMatch[]> {
    this.#needModel();
    const document = this.#sources.looking.document();
    return document === undefined ? [] : this.#sources.client.remote.unitsThatFollow(feature, document);
  }

  setSurprisalShown(isShown: boolean): void {
    this.#sources.surprisal.setShown(isShown);
  }

  async excludedFiles(reason: string): Promise<readonly string[]> {
    return this.#sources.training.corpus.excludedFiles(reason);
  }

  cancelReplay(): void {
    this.#sources.replays.cancel();
  }

  dispose(): void {
    for (const disposable of this.#disposables) disposable.dispose();
  }

  #needModel(): void {
    if (this.state().model === undefined) throw new Error(vscode.l10n.t('There is no model yet: train one first.'));
  }

  #runs(): Run[] {
    return this.#sources.training.runs
      .list()
      .map(({ id, name, date, hidden, layers, recipe, bits, seconds, baselines, isRunning }) => ({
        id,
        name,
        date,
        hidden,
        layers,
        recipe,
        seconds,
        isRunning,
        ...(bits === undefined ? {} : { bits }),
        ...(baselines === undefined ? {} : { baselines }),
      }));
  }

  async #tell(): Promise<void> {
    const page = this.#sources.page();
    if (page === undefined) return; // it will be told everything when it is ready
    const { runs } = this.#sources.training;
    page.state(this.state());
    if (this.#isListChanged) page.runs(this.#runs());
    this.#isListChanged = false;
    if (this.#areSavingsChanged) page.savings(this.#sources.replays.savings);
    this.#areSavingsChanged = false;
    this.#tellRevealed(page);
    for (const [run, from] of this.#points) page.points(run, from, runs.points(run, from));
    this.#points.clear();
    const evaluated = [...this.#evaluations];
    this.#evaluations.clear();
    for (const run of evaluated) page.evaluations(run, await runs.evaluations(run));
  }

  #tellRevealed(page: Page): void {
    if (this.#revealed !== undefined) page.reveal(this.#revealed);
    this.#revealed = undefined;
  }
}
