import * as l10n from '@vscode/l10n';

/** English sentences, and what they are in another language. */
export type Translations = Readonly<Record<string, string>>;

let current: Translations = {};

/**
 * Sets the language of this thread's sentences and of the workers that it starts from then on; until then it is English.
 * As that may be late, a sentence is asked for (`l10n.t`) when it is needed, not when its module is loaded.
 */
export function setTranslations(translations: Translations = {}): void {
  current = translations;
  l10n.config({ contents: { ...translations } });
}

/** What {@link setTranslations} was called with last. */
export function currentTranslations(): Translations {
  return current;
}
