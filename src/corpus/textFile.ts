import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import type { ExclusionReason } from './exclusions.ts';

/** File's text and its size on disk in bytes, or the reason why it is left out. */
export type TextFile = { readonly text: string; readonly bytes: number } | { readonly reason: ExclusionReason };

/**
 * Opening never waits for a pipe's other end and never goes through a symbolic link, even if the path has become one
 * since it was looked at. Windows has neither flag nor need.
 */
const openFlags = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) | (constants.O_NOFOLLOW ?? 0);

/**
 * Reads a text file: UTF-8, or UTF-8 or UTF-16 with a byte-order mark, line ends made LF. Never throws; what cannot be
 * read has a reason. At most `maxBytes + 1` bytes are read, however much a file has grown.
 */
export async function readTextFile(path: string, maxBytes: number): Promise<TextFile> {
  let bytes: Buffer | ExclusionReason;
  try {
    bytes = await readRegularFile(path, maxBytes);
  } catch (error) {
    return { reason: (error as NodeJS.ErrnoException).code === 'ELOOP' ? 'symbolic-link' : 'unreadable' };
  }
  if (typeof bytes === 'string') return { reason: bytes };
  return decode(bytes);
}

async function readRegularFile(path: string, maxBytes: number): Promise<Buffer | ExclusionReason> {
  const file = await open(path, openFlags);
  try {
    const stat = await file.stat();
    if (!stat.isFile()) return 'not-a-regular-file';
    if (stat.size > maxBytes) return 'too-large';
    const bytes = await readUpTo(file, Math.min(Math.max(stat.size, MINIMUM_READ), maxBytes) + 1, maxBytes);
    return bytes.length > maxBytes ? 'too-large' : bytes;
  } finally {
    await file.close();
  }
}

/** Some file systems (such as /proc) say 0 bytes for files that have content. */
const MINIMUM_READ = 4096;

/** Reads until the end, or until there is more than `maxBytes`. */
async function readUpTo(file: FileHandle, expected: number, maxBytes: number): Promise<Buffer> {
  let buffer = Buffer.allocUnsafe(expected);
  let length = 0;
  for (;;) {
    const { bytesRead } = await file.read(buffer, length, buffer.length - length);
    length += bytesRead;
    if (bytesRead === 0 || length > maxBytes) return buffer.subarray(0, length);
    if (length === buffer.length) {
      const larger = Buffer.allocUnsafe(Math.min(2 * buffer.length, maxBytes + 1));
      buffer.copy(larger, 0, 0, length);
      buffer = larger;
    }
  }
}

/** Text of a file's bytes, or the reason why they are none. */
export function decode(bytes: Buffer): TextFile {
  if (bytes.length === 0) return { reason: 'empty' };
  let text: string;
  try {
    text = decodeUnicode(bytes);
  } catch {
    return { reason: looksBinary(bytes) ? 'binary' : 'undecodable' };
  }
  if (text.includes('\0')) return { reason: 'binary' };
  if (text.trim() === '') return { reason: 'empty' };
  return { text: text.includes('\r') ? text.replace(/\r\n?/g, '\n') : text, bytes: bytes.length };
}

/** @throws when the bytes are not valid in their encoding. */
function decodeUnicode(bytes: Buffer): string {
  if (startsWith(bytes, 0xef, 0xbb, 0xbf)) return decodeWith('utf-8', bytes.subarray(3));
  if (startsWith(bytes, 0xff, 0xfe)) return decodeWith('utf-16le', bytes.subarray(2));
  if (startsWith(bytes, 0xfe, 0xff)) {
    if (bytes.length % 2 === 1) throw new RangeError('half a character');
    // Not every build of Node decodes big-endian text, so its bytes are swapped instead.
    return decodeWith('utf-16le', Buffer.from(bytes.subarray(2)).swap16());
  }
  return decodeWith('utf-8', bytes);
}

function decodeWith(encoding: string, bytes: Uint8Array): string {
  return new TextDecoder(encoding, { fatal: true, ignoreBOM: true }).decode(bytes);
}

function startsWith(bytes: Buffer, ...prefix: readonly number[]): boolean {
  return prefix.every((byte, index) => bytes[index] === byte);
}

/** Text in an old encoding has no NUL either, as `git` and `grep` know. */
function looksBinary(bytes: Buffer): boolean {
  return bytes.subarray(0, 8192).includes(0);
}
