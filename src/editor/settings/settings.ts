import { availableParallelism } from 'node:os';
import * as vscode from 'vscode';
import type { OptionName, Options } from '../../protocol/page.ts';
import type { TrainingRequest } from '../../protocol/training.ts';
import { resolveModelPath } from './modelPath.ts';
import { type SettingName, type SettingValue, settingValue } from './settingTable.ts';
import { optionBounds, whyNot } from './trainingOptions.ts';

const SECTION = 'inkling';
export const MODEL_PATH = 'inkling.model.path';

/** Settings for training, read when a run begins. */
export function trainingSettings(): Pick<TrainingRequest, 'options' | 'scan'> {
  const { minutes, hidden, layers, learningRate, recipe } = trainingOptions();
  const asked = (value: number) => (value === 0 ? undefined : value);
  return {
    options: {
      recipe,
      budget: { minutes },
      hidden: asked(hidden),
      layers: asked(layers),
      learningRate: asked(learningRate),
      engine: setting('training.engine'),
      device: setting('training.device'),
      threads: trainingThreads(),
      seed: 1,
    },
    scan: {
      maxFileBytes: setting('training.maxFileSize') * 2 ** 20,
      maxCorpusBytes: setting('training.maxCorpusSize') * 2 ** 20,
    },
  };
}

export function trainingThreads(): number {
  return threadsOf(setting('training.threads'), availableParallelism(), process.platform);
}

/** Whether training waits until the machine is plugged in. */
export function pausesOnBattery(): boolean {
  return setting('training.pauseOnBattery');
}

/** The folder with a tfjs-node that the user names; undefined: none. */
export function tensorflowPath(): string | undefined {
  return setting('tensorflow.path').trim() || undefined;
}

/**
 * The model file that the user or the workspace names; undefined: none.
 *
 * @throws UserFacingError when it cannot be said which that is
 */
export function namedModel(): string | undefined {
  const folder = vscode.workspace.workspaceFolders?.find(({ uri }) => uri.scheme === 'file');
  return resolveModelPath(setting('model.path'), folder?.uri.fsPath);
}

/** Hyperparameters of the next run, as the settings have them, with their bounds. */
export function trainingOptions(): Options {
  return {
    minutes: setting('training.minutes'),
    hidden: setting('training.hidden'),
    layers: setting('training.layers'),
    learningRate: setting('training.learningRate'),
    recipe: setting('training.recipe'),
    bounds: optionBounds(),
  };
}

/**
 * Changes an option for the next run: in the workspace's settings where these have it already, otherwise in the user's.
 *
 * @returns why not, as a sentence for the user, if it cannot be
 */
export async function setOption(name: OptionName, value: number | string): Promise<string | undefined> {
  const reason = whyNot(name, value);
  if (reason !== undefined) return reason;
  const settings = vscode.workspace.getConfiguration(SECTION);
  const key: SettingName = `training.${name}`;
  const { Global, Workspace } = vscode.ConfigurationTarget;
  const target = settings.inspect(key)?.workspaceValue === undefined ? Global : Workspace;
  try {
    await settings.update(key, value, target);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

export interface CompletionSettings {
  readonly enabled: boolean;
  readonly minimumProbability: number;
  readonly maxLength: number;
  readonly multiline: boolean;
  readonly delayMilliseconds: number;
}

export function completionSettings(languageId: string): CompletionSettings {
  return {
    enabled: setting('completions.enabled') && isLanguageOn(languageId),
    minimumProbability: setting('completions.minimumConfidence'),
    maxLength: setting('completions.maxLength'),
    multiline: setting('completions.multiline'),
    delayMilliseconds: setting('completions.delay'),
  };
}

/** Whether suggestions are shown in a language, where they are on at all. */
export function isLanguageOn(languageId: string): boolean {
  const byLanguage = setting('completions.languages');
  return (byLanguage[languageId] ?? byLanguage['*'] ?? true) !== false;
}

/** Languages of files by globs of their names, as VS Code's setting has them. */
export function fileAssociations(): Readonly<Record<string, unknown>> {
  const associations = vscode.workspace.getConfiguration().get<unknown>('files.associations');
  return typeof associations === 'object' && associations !== null ? { ...associations } : {};
}

export interface MemorySettings {
  readonly enabled: boolean;
  /** Characters. */
  readonly maximum: number;
}

export function memorySettings(): MemorySettings {
  return { enabled: setting('memory.enabled'), maximum: setting('memory.maxCharacters') };
}

export async function toggleCompletions(): Promise<void> {
  const name: SettingName = 'completions.enabled';
  await vscode.workspace.getConfiguration(SECTION).update(name, !setting(name), vscode.ConfigurationTarget.Global);
}

function setting<N extends SettingName>(name: N): SettingValue<N> {
  return settingValue(name, vscode.workspace.getConfiguration(SECTION).get<unknown>(name));
}

/** What leaves files out of a folder of the workspace, which may have settings of its own. */
export function excludingSettings(folder: vscode.Uri): ReadonlyMap<string, unknown> {
  const settings = vscode.workspace.getConfiguration(undefined, folder);
  const names = ['files.exclude', 'search.exclude', 'inkling.training.exclude' satisfies `inkling.${SettingName}`];
  return new Map(names.map((name) => [name, settings.get<unknown>(name)]));
}

/**
 * At least one, never all of several. By default half the cores, and a third where training cannot have a priority of its
 * own.
 *
 * @param asked 0: the default
 */
export function threadsOf(asked: number, cores: number, platform: NodeJS.Platform): number {
  const usual = Math.max(1, Math.floor(cores / (platform === 'linux' ? 2 : 3)));
  return asked < 1 ? usual : Math.max(1, Math.min(Math.round(asked), cores > 1 ? cores - 1 : 1));
}
