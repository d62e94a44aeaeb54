import * as v from 'valibot';
import * as vscode from 'vscode';
import { accepts, listOf, objectOf } from '../../base/schema.ts';
import { fileAssociations, isLanguageOn } from '../settings/settings.ts';

/** What an extension says of a language, as far as it is about names of files. */
const Contribution = objectOf({
  id: v.string(),
  extensions: v.optional(listOf(v.string())),
  filenames: v.optional(listOf(v.string())),
});

/** Of a file that no language claims. */
const OTHERS = 'plaintext';
/** Globs that are understood: a whole name, or all that end alike. */
const ASSOCIATION = /^(?:\*(?<end>\.[^*?[\]{}/]+)|(?<name>[^*?[\]{}/]+))$/;

/**
 * Whether there are suggestions in files, by the ends of their names in small letters: as the setting
 * `inkling.completions.languages` has it for the languages that VS Code takes them for.
 */
export function offeredByName(): { readonly offered: Readonly<Record<string, boolean>>; readonly others: boolean } {
  const languages = new Map<string, string>();
  for (const { packageJSON } of vscode.extensions.all) {
    for (const language of packageJSON?.contributes?.languages ?? []) {
      if (!accepts(Contribution, language)) continue;
      const { id, extensions = [], filenames = [] } = language;
      for (const end of [...extensions, ...filenames]) languages.set(end.toLowerCase(), id);
    }
  }
  for (const [glob, language] of Object.entries(fileAssociations())) {
    const { end, name } = ASSOCIATION.exec(glob)?.groups ?? {};
    const known = end ?? name;
    if (known !== undefined && typeof language === 'string') languages.set(known.toLowerCase(), language);
  }
  const offered = Object.fromEntries([...languages].map(([end, language]) => [end, isLanguageOn(language)]));
  return { offered, others: isLanguageOn(OTHERS) };
}
