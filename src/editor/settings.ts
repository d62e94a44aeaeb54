import { availableParallelism } from 'node:os';
import * as vscode from 'vscode';
import type { OptionName, Options } from '../dashboard/messages.ts';
import type { TrainingRequest } from '../training/client.ts';
import { resolveModelPath } from './modelPath.ts';
import { numberOf, optionBounds, recipeOf, type TrainingNumber, whyNot } from './options.ts';

const SECTION = 'inkling';
export const MODEL_PATH = 'inkling.model.path';
const ENGINES = ['onnx', 'tensorflow'] as const;
const DEVICES = ['cpu', 'gpu'] as const;

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
      engine: oneOf(trainingSetting('engine'), ENGINES),
      device: oneOf(trainingSetting('device'), DEVICES),
      threads: trainingThreads(),
      seed: 1,
    },
    scan: {
      exclude: [...excludedGlobs(), ...strings(trainingSetting('exclude'))],
      maxFileBytes: trainingNumber('maxFileSize') * 2 ** 20,
      maxCorpusBytes: trainingNumber('maxCorpusSize') * 2 ** 20,
    },
  };
}

export function trainingThreads(): number {
  return threadsOf(trainingNumber('threads'), availableParallelism(), process.platform);
}

/** Whether training waits until the machine is plugged in. */
export function pausesOnBattery(): boolean {
  return trainingSetting('pauseOnBattery') !== false;
}

/** The folder with a tfjs-node that the user names; undefined: none. */
export function tensorflowPath(): string | undefined {
  const path = vscode.workspace.getConfiguration(SECTION).get<unknown>('tensorflow.path');
  return typeof path === 'string' && path.trim() !== '' ? path.trim() : undefined;
}

/**
 * The model file that the user or the workspace names; undefined: none.
 *
 * @throws UserFacingError when it cannot be said which that is
 */
export function namedModel(): string | undefined {
  const folder = vscode.workspace.workspaceFolders?.find(({ uri }) => uri.scheme === 'file');
  return resolveModelPath(vscode.workspace.getConfiguration().get<unknown>(MODEL_PATH), folder?.uri.fsPath);
}

/** Hyperparameters of the next run, as the settings have them, with their bounds. */
export function trainingOptions(): Options {
  return {
    minutes: trainingNumber('minutes'),
    hidden: trainingNumber('hidden'),
    layers: trainingNumber('layers'),
    learningRate: trainingNumber('learningRate'),
    recipe: recipeOf(trainingSetting('recipe')),
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
  const key = `training.${name}`;
  const { Global, Workspace } = vscode.ConfigurationTarget;
  const target = settings.inspect(key)?.workspaceValue === undefined ? Global : Workspace;
  try {
    await settings.update(key, value, target);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function trainingSetting(name: string): unknown {
  return vscode.workspace.getConfiguration(SECTION).get<unknown>(`training.${name}`);
}

function trainingNumber(name: TrainingNumber): number {
  return numberOf(name, trainingSetting(name));
}

export interface CompletionSettings {
  readonly enabled: boolean;
  readonly minimumProbability: number;
  readonly maxLength: number;
  readonly multiline: boolean;
  readonly delayMilliseconds: number;
}

export function completionSettings(languageId: string): CompletionSettings {
  const settings = vscode.workspace.getConfiguration(SECTION);
  const languages = settings.get<unknown>('completions.languages');
  const byLanguage = (typeof languages === 'object' && languages !== null ? languages : {}) as Record<string, unknown>;
  const allowed = byLanguage[languageId] ?? byLanguage['*'] ?? true;
  return {
    enabled: settings.get<unknown>('completions.enabled') !== false && allowed !== false,
    minimumProbability: within(settings.get<unknown>('completions.minimumConfidence'), 0.3, 0.05, 0.99),
    maxLength: Math.round(within(settings.get<unknown>('completions.maxLength'), 120, 2, 1000)),
    multiline: settings.get<unknown>('completions.multiline') !== false,
    delayMilliseconds: within(settings.get<unknown>('completions.delay'), 0, 0, 2000),
  };
}

export interface MemorySettings {
  readonly enabled: boolean;
  /** Characters. */
  readonly maximum: number;
}

export function memorySettings(): MemorySettings {
  const settings = vscode.workspace.getConfiguration(SECTION);
  return {
    enabled: settings.get<unknown>('memory.enabled') !== false,
    maximum: Math.round(within(settings.get<unknown>('memory.maxCharacters'), 2_000_000, 100_000, 20_000_000)),
  };
}

export async function toggleCompletions(): Promise<boolean> {
  const settings = vscode.workspace.getConfiguration(SECTION);
  const enabled = settings.get<unknown>('completions.enabled') === false;
  await settings.update('completions.enabled', enabled, vscode.ConfigurationTarget.Global);
  return enabled;
}

/** What the user's `files.exclude` and `search.exclude` hide is not learnt either. */
function excludedGlobs(): string[] {
  return ['files.exclude', 'search.exclude'].flatMap((name) => {
    const globs = vscode.workspace.getConfiguration().get<unknown>(name);
    return Object.entries((globs ?? {}) as Record<string, unknown>).flatMap(([glob, on]) =>
      on === true ? [glob] : [],
    );
  });
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

/** What a setting says, if it is one of these. */
function oneOf<T extends string>(value: unknown, values: readonly T[]): T | 'auto' {
  return values.find((one) => one === value) ?? 'auto';
}

function within(value: unknown, fallback: number, minimum: number, maximum: number): number {
  if (typeof value !== 'number' || !Number.isFinite(value)) return fallback;
  return Math.min(maximum, Math.max(minimum, value));
}

function strings(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string' && item !== '') : [];
}
