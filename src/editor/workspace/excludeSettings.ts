import * as l10n from '@vscode/l10n';
import type { ExclusionGlob } from '../../protocol/corpus.ts';

export interface FolderExclusions {
  readonly exclude: readonly ExclusionGlob[];
  /** What could not be used, in sentences. */
  readonly notices: readonly string[];
}

/**
 * What settings leave out of a folder.
 *
 * @param settings by name, whatever they are set to
 */
export function excludedBy(settings: ReadonlyMap<string, unknown>): FolderExclusions {
  const exclude: ExclusionGlob[] = [];
  const notices: string[] = [];
  for (const [name, value] of settings) {
    const { globs, isWhole } = globsOf(value);
    exclude.push(...globs);
    if (isWhole) continue;
    notices.push(l10n.t('The setting {0} holds something that is no glob and leaves nothing out: correct it.', name));
  }
  return { exclude, notices };
}

interface Globs {
  readonly globs: readonly ExclusionGlob[];
  /** Whether all of the value could be used. */
  readonly isWhole: boolean;
}

/** The globs in a setting, in whatever form they stand there: a list, a text, or an object with a switch for each. */
function globsOf(value: unknown): Globs {
  if (value === undefined || value === null) return { globs: [], isWhole: true };
  if (typeof value === 'string') return { globs: [value], isWhole: true };
  if (Array.isArray(value)) {
    const parts = value.map((one) => (Array.isArray(one) ? { globs: [], isWhole: false } : globsOf(one)));
    const isWhole = parts.every((part) => part.isWhole) && !value.includes(null);
    return { globs: parts.flatMap((part) => part.globs), isWhole };
  }
  if (typeof value !== 'object') return { globs: [], isWhole: false };
  const globs = Object.entries(value).flatMap(([glob, state]) => globOf(glob, state) ?? []);
  return { globs, isWhole: true };
}

/** A switch that is neither on nor off counts as on. */
function globOf(glob: string, state: unknown): ExclusionGlob | undefined {
  if (state === false || state === null) return undefined;
  const when = typeof state === 'object' ? (state as { readonly when?: unknown }).when : undefined;
  return typeof when === 'string' ? { glob, when } : glob;
}
