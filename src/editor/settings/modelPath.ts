import { homedir } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';
import * as l10n from '@vscode/l10n';
import { UserFacingError } from '../../base/errors.ts';

/**
 * The file that the setting `inkling.model.path` names: absolute, in the user's home (`~/…`), or relative to a folder.
 *
 * @param folder the first of the workspace; undefined: there is none
 * @returns undefined when it names none
 * @throws UserFacingError when it is relative, and there is no folder
 */
export function resolveModelPath(value: unknown, folder: string | undefined, home = homedir()): string | undefined {
  if (typeof value !== 'string' || value.trim() === '') return undefined;
  const path = value.trim();
  if (/^~([/\\]|$)/.test(path)) return join(home, path.slice(1));
  if (isAbsolute(path)) return resolve(path);
  if (folder !== undefined) return resolve(folder, path);
  throw new UserFacingError(l10n.t('The model {0} cannot be found without a folder: open one first.', path), 'usage');
}
