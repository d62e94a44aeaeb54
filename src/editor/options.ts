import * as l10n from '@vscode/l10n';
import packageJson from '../../package.json' with { type: 'json' };
import type { NumericOption, OptionName, Options } from '../dashboard/messages.ts';

type Properties = (typeof packageJson.contributes.configuration)[number]['properties'];

const training = packageJson.contributes.configuration[0]?.properties as Extract<
  Properties,
  { 'inkling.training.minutes': object }
>;

/** What the manifest says of the settings for training that are numbers. */
const NUMBERS = {
  minutes: training['inkling.training.minutes'],
  threads: training['inkling.training.threads'],
  maxCorpusSize: training['inkling.training.maxCorpusSize'],
  maxFileSize: training['inkling.training.maxFileSize'],
  hidden: training['inkling.training.hidden'],
  layers: training['inkling.training.layers'],
  learningRate: training['inkling.training.learningRate'],
} as const;

export type TrainingNumber = keyof typeof NUMBERS;

const NUMERIC_OPTIONS = ['minutes', 'hidden', 'layers', 'learningRate'] as const satisfies readonly NumericOption[];
const RECIPES = training['inkling.training.recipe'].enum;

/** The bounds that the settings have. */
export function optionBounds(): Options['bounds'] {
  const boundsOf = (name: NumericOption) => {
    const { minimum, maximum } = NUMBERS[name];
    return { minimum, maximum };
  };
  return Object.fromEntries(NUMERIC_OPTIONS.map((name) => [name, boundsOf(name)])) as Options['bounds'];
}

/** A setting for training; a value of a wrong type counts as the default, one outside the bounds as the nearest. */
export function numberOf(name: TrainingNumber, value: unknown): number {
  const { default: fallback, minimum, maximum, type } = NUMBERS[name];
  if (typeof value !== 'number' || !Number.isFinite(value)) return fallback;
  const within = Math.min(maximum, Math.max(minimum, value));
  return type === 'integer' ? Math.round(within) : within;
}

export function recipeOf(value: unknown): Options['recipe'] {
  return value === 'classic' ? value : 'default';
}

/**
 * Why an option cannot be set to a value, as a sentence for the user; undefined when it can.
 *
 * @throws RangeError when there is no such option
 */
export function whyNot(name: OptionName, value: unknown): string | undefined {
  if (name === 'recipe') {
    return RECIPES.includes(value as string) ? undefined : l10n.t('The recipes are {0}.', RECIPES.join(', '));
  }
  if (!NUMERIC_OPTIONS.includes(name)) throw new RangeError(`There is no option ${name}.`);
  const { minimum, maximum, type } = NUMBERS[name];
  const isWithin = typeof value === 'number' && value >= minimum && value <= maximum;
  if (isWithin && (type !== 'integer' || Number.isInteger(value))) return undefined;
  return type === 'integer'
    ? l10n.t('Give a whole number from {0} to {1}.', minimum, maximum)
    : l10n.t('Give a number from {0} to {1}.', minimum, maximum);
}
