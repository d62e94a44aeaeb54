import { availableParallelism } from 'node:os';
import * as vscode from 'vscode';
import type { TrainingRequest } from '../training/client.ts';

const SECTION = 'inkling';

/** Settings for training, read when a run begins. Values of wrong types or outside their bounds count as the nearest one. */
export function trainingSettings(): Pick<TrainingRequest, 'options' | 'scan'> {
  const settings = vscode.workspace.getConfiguration(SECTION);
  const number = (name: string, fallback: number, minimum: number, maximum: number) =>
    within(settings.get<unknown>(name), fallback, minimum, maximum);
  const hidden = number('training.hidden', 0, 0, 4096);
  const layers = number('training.layers', 0, 0, 8);
  return {
    options: {
      recipe: settings.get<unknown>('training.recipe') === 'classic' ? 'classic' : 'default',
      budget: { minutes: number('training.minutes', 5, 0.05, 10_000) },
      ...(hidden >= 1 ? { hidden: Math.round(hidden) } : {}),
      ...(layers >= 1 ? { layers: Math.round(layers) } : {}),
      threads: threadsOf(number('training.threads', 0, 0, 256)),
      seed: 1,
    },
    scan: {
      exclude: [...excludedGlobs(), ...strings(settings.get<unknown>('training.exclude'))],
      maxFileBytes: number('training.maxFileSize', 1, 0.01, 64) * 2 ** 20,
      maxCorpusBytes: number('training.maxCorpusSize', 32, 0.1, 1024) * 2 ** 20,
    },
  };
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
    minimumProbability: within(settings.get<unknown>('completions.minimumConfidence'), 0.5, 0.05, 0.99),
    maxLength: Math.round(within(settings.get<unknown>('completions.maxLength'), 120, 2, 1000)),
    multiline: settings.get<unknown>('completions.multiline') === true,
    delayMilliseconds: within(settings.get<unknown>('completions.delay'), 0, 0, 2000),
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

/** Half the cores by default, at least one, never all of several. */
function threadsOf(asked: number): number {
  const cores = availableParallelism();
  const half = Math.max(1, Math.floor(cores / 2));
  return asked < 1 ? half : Math.max(1, Math.min(Math.round(asked), cores > 1 ? cores - 1 : 1));
}

function within(value: unknown, fallback: number, minimum: number, maximum: number): number {
  if (typeof value !== 'number' || !Number.isFinite(value)) return fallback;
  return Math.min(maximum, Math.max(minimum, value));
}

function strings(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string' && item !== '') : [];
}
