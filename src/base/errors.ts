import * as l10n from '@vscode/l10n';

/**
 * An error that a person can meet and do something about. Its message is one or two plain sentences: what happened, and
 * what to do. Everything else that is thrown is a defect of ours and may show its stack.
 */
export class UserFacingError extends Error {
  override readonly name = 'UserFacingError';
  readonly kind: 'usage' | 'failure';

  /**
   * @param kind `usage` when what was asked for cannot be done as asked (wrong argument, empty folder; exit code 2),
   *   `failure` when it was attempted and failed (full disk, foreign file; exit code 1).
   */
  constructor(message: string, kind: 'usage' | 'failure' = 'failure', options?: ErrorOptions) {
    super(message, options);
    this.kind = kind;
  }
}

const causes: Readonly<Record<string, () => string>> = {
  ENOENT: () => l10n.t('it does not exist'),
  EACCES: () => l10n.t('permission was denied'),
  EPERM: () => l10n.t('permission was denied'),
  EROFS: () => l10n.t('the file system is read-only'),
  ENOSPC: () => l10n.t('the disk is full'),
  EDQUOT: () => l10n.t('the disk quota is used up'),
  EISDIR: () => l10n.t('it is a folder'),
  ENOTDIR: () => l10n.t('a part of the path is not a folder'),
  EMFILE: () => l10n.t('too many files are open'),
  ENAMETOOLONG: () => l10n.t('the name is too long'),
};

/** The reason of a file-system error as the end of a sentence ("the disk is full"). */
export function reasonOf(error: unknown): string {
  const code = (error as NodeJS.ErrnoException | undefined)?.code;
  if (code !== undefined && causes[code] !== undefined) return causes[code]();
  return error instanceof Error ? error.message : String(error);
}
