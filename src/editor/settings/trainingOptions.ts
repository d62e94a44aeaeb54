import * as l10n from '@vscode/l10n';
import { NumericOption, type OptionName, type Options } from '../../protocol/page.ts';
import { SETTINGS } from './settingTable.ts';

const RECIPES: readonly unknown[] = SETTINGS['training.recipe'].enum;

/** The bounds that the settings have. */
export function optionBounds(): Options['bounds'] {
  const boundsOf = (name: NumericOption) => {
    const { minimum, maximum } = SETTINGS[`training.${name}`];
    return { minimum, maximum };
  };
  return Object.fromEntries(NumericOption.options.map((name) => [name, boundsOf(name)])) as Options['bounds'];
}

/**
 * Why an option cannot be set to a value, as a sentence for the user; undefined when it can.
 *
 * @throws RangeError when there is no such option
 */
export function whyNot(name: OptionName, value: unknown): string | undefined {
  if (name === 'recipe') {
    return RECIPES.includes(value) ? undefined : l10n.t('The recipes are {0}.', RECIPES.join(', '));
  }
  if (!NumericOption.options.includes(name)) throw new RangeError(`There is no option ${name}.`);
  const { minimum, maximum, type } = SETTINGS[`training.${name}`];
  const isWithin = typeof value === 'number' && value >= minimum && value <= maximum;
  if (isWithin && (type !== 'integer' || Number.isInteger(value))) return undefined;
  return type === 'integer'
    ? l10n.t('Give a whole number from {0} to {1}.', minimum, maximum)
    : l10n.t('Give a number from {0} to {1}.', minimum, maximum);
}
