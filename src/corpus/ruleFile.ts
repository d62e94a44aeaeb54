import { constants } from 'node:fs';
import { lstat, open } from 'node:fs/promises';

/** Content of a file of rules, or why there is none. */
export type RuleFile =
  | { readonly type: 'read'; readonly bytes: Uint8Array; readonly isLink: boolean }
  /** There is none. */
  | { readonly type: 'missing' }
  /** A folder, a pipe: nothing that could hold rules. */
  | { readonly type: 'no-file' }
  /** It has rules that cannot be read. */
  | { readonly type: 'unreadable' };

/** Size of the largest file of rules that is read. */
const LARGEST_BYTES = 8 << 20;

/** Reads a file of rules, also through a symbolic link. Never throws, and never waits for a pipe's other end. */
export async function readRuleFile(path: string): Promise<RuleFile> {
  const flags = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);
  const direct =
    constants.O_NOFOLLOW === undefined && (await isSymbolicLink(path))
      ? 'link'
      : await read(path, flags | (constants.O_NOFOLLOW ?? 0), false);
  if (direct !== 'link') return direct;
  const followed = await read(path, flags, true);
  // The link is there, so that there are rules that somebody wants.
  return followed === 'link' || followed.type === 'missing' ? { type: 'unreadable' } : followed;
}

async function isSymbolicLink(path: string): Promise<boolean> {
  const found = await lstat(path).catch(() => undefined);
  return found?.isSymbolicLink() === true;
}

async function read(path: string, flags: number, isLink: boolean): Promise<RuleFile | 'link'> {
  try {
    const file = await open(path, flags);
    try {
      const stat = await file.stat();
      if (!stat.isFile()) return { type: 'no-file' };
      if (stat.size > LARGEST_BYTES) return { type: 'unreadable' };
      const bytes = Buffer.alloc(LARGEST_BYTES + 1 < stat.size + 4096 ? LARGEST_BYTES + 1 : stat.size + 4096);
      let length = 0;
      for (;;) {
        const { bytesRead } = await file.read(bytes, length, bytes.length - length, length);
        length += bytesRead;
        if (length === bytes.length) return { type: 'unreadable' };
        if (bytesRead === 0) return { type: 'read', bytes: bytes.subarray(0, length), isLink };
      }
    } finally {
      await file.close();
    }
  } catch (error) {
    switch ((error as NodeJS.ErrnoException).code) {
      case 'ELOOP':
        return 'link';
      case 'ENOENT':
      case 'ENOTDIR':
        return { type: 'missing' };
      case 'EISDIR':
      case 'ENXIO':
        return { type: 'no-file' };
      default:
        return { type: 'unreadable' };
    }
  }
}
