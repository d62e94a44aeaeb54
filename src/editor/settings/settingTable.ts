import { Recipe } from '../../protocol/modelCard.ts';
import { Device, EngineName } from '../../protocol/trainingEvents.ts';

type Setting =
  | {
      readonly type: 'number' | 'integer';
      readonly default: number;
      readonly minimum: number;
      readonly maximum: number;
    }
  | { readonly type: 'boolean'; readonly default: boolean }
  | { readonly type: 'string'; readonly default: string; readonly enum?: readonly string[] }
  | { readonly type: 'array'; readonly default: readonly string[] }
  | { readonly type: 'object'; readonly default: Readonly<Record<string, unknown>> };

/** All settings, by their names after `inkling.`, as the manifest has them; a test compares the two. */
export const SETTINGS = {
  'training.minutes': { type: 'number', default: 5, minimum: 0.05, maximum: 10_000 },
  'training.threads': { type: 'integer', default: 0, minimum: 0, maximum: 256 },
  'training.maxCorpusSize': { type: 'number', default: 32, minimum: 0.1, maximum: 1024 },
  'training.maxFileSize': { type: 'number', default: 1, minimum: 0.01, maximum: 64 },
  'training.exclude': { type: 'array', default: [] },
  'training.recipe': { type: 'string', default: 'default', enum: Recipe.options },
  'training.hidden': { type: 'integer', default: 0, minimum: 0, maximum: 4096 },
  'training.layers': { type: 'integer', default: 0, minimum: 0, maximum: 8 },
  'training.learningRate': { type: 'number', default: 0, minimum: 0, maximum: 1 },
  'training.device': { type: 'string', default: 'auto', enum: ['auto', ...Device.options] },
  'training.engine': { type: 'string', default: 'auto', enum: ['auto', ...EngineName.options] },
  'training.pauseOnBattery': { type: 'boolean', default: true },
  'tensorflow.path': { type: 'string', default: '' },
  'model.path': { type: 'string', default: '' },
  'completions.enabled': { type: 'boolean', default: true },
  'completions.languages': {
    type: 'object',
    default: { '*': true, plaintext: false, markdown: false, scminput: false },
  },
  'completions.minimumConfidence': { type: 'number', default: 0.3, minimum: 0.05, maximum: 0.99 },
  'completions.maxLength': { type: 'integer', default: 120, minimum: 2, maximum: 1000 },
  'completions.multiline': { type: 'boolean', default: true },
  'completions.delay': { type: 'number', default: 0, minimum: 0, maximum: 2000 },
  'memory.enabled': { type: 'boolean', default: true },
  'memory.maxCharacters': { type: 'integer', default: 2_000_000, minimum: 100_000, maximum: 20_000_000 },
} as const satisfies Readonly<Record<string, Setting>>;

export type SettingName = keyof typeof SETTINGS;

type ValueOf<S> = S extends { readonly type: 'number' | 'integer' }
  ? number
  : S extends { readonly enum: readonly (infer T)[] }
    ? T
    : S extends { readonly type: 'boolean' }
      ? boolean
      : S extends { readonly type: 'string' }
        ? string
        : S extends { readonly type: 'array' }
          ? string[]
          : Readonly<Record<string, unknown>>;

export type SettingValue<N extends SettingName> = ValueOf<(typeof SETTINGS)[N]>;

/** What a setting counts as, whatever it was set to: the default for another type, the nearest for one out of bounds. */
export function settingValue<N extends SettingName>(name: N, value: unknown): SettingValue<N> {
  return usable(SETTINGS[name], value) as SettingValue<N>;
}

function usable(setting: Setting, value: unknown): unknown {
  switch (setting.type) {
    case 'number':
    case 'integer': {
      if (typeof value !== 'number' || !Number.isFinite(value)) return setting.default;
      const within = Math.min(setting.maximum, Math.max(setting.minimum, value));
      return setting.type === 'integer' ? Math.round(within) : within;
    }
    case 'boolean':
      return typeof value === 'boolean' ? value : setting.default;
    case 'string':
      return typeof value === 'string' && (setting.enum?.includes(value) ?? true) ? value : setting.default;
    case 'array':
      return (Array.isArray(value) ? value : setting.default).filter((one) => typeof one === 'string' && one !== '');
    case 'object':
      return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : setting.default;
  }
}
