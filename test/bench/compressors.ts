import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync, constants } from 'node:zlib';
import { type Document, documentLength, header } from '../../src/corpus/document.ts';

/** A compressor that is on this machine. */
export interface Compressor {
  readonly name: string;
  readonly version: string;
  /** Bytes of a text compressed. */
  size(text: Buffer): number;
}

const SEVEN_ZIP = ['7zz', '7z', '7za'];

/** Those that are on this machine: brotli of node:zlib always, xz and 7-zip's PPMd where they are installed. */
export function findCompressors(): Compressor[] {
  const found: Compressor[] = [{ name: 'brotli', version: `brotli ${process.versions['brotli']}`, size: brotliSize }];
  const xz = firstLine('xz', ['--version']);
  if (xz !== undefined) {
    const size = (text: Buffer) => spawnSync('xz', ['-9e', '-c'], { input: text, maxBuffer: 2 ** 28 }).stdout.length;
    found.push({ name: 'xz -9e', version: xz, size });
  }
  const sevenZip = SEVEN_ZIP.find((command) => firstLine(command, ['i']) !== undefined);
  if (sevenZip !== undefined) {
    const version = firstLine(sevenZip, ['i'])!.replace(/ *:.*/, '');
    found.push({ name: 'PPMd (7-zip, order 16, 256 MB)', version, size: (text) => ppmdSize(sevenZip, text) });
  }
  return found;
}

/** Bits per held-out character that a compressor spends on it after the text that is trained on. */
export function bitsAfter(
  { size }: Compressor,
  { train, heldOut }: { readonly train: readonly Document[]; readonly heldOut: readonly Document[] },
): number {
  const textOf = (documents: readonly Document[]) =>
    Buffer.from(documents.map(({ path, text }) => `\0${header(path)}${text}`).join(''));
  const characters = heldOut.reduce((sum, document) => sum + documentLength(document), 0);
  return (8 * (size(textOf([...train, ...heldOut])) - size(textOf(train)))) / characters;
}

function brotliSize(text: Buffer): number {
  return brotliCompressSync(text, {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
      [constants.BROTLI_PARAM_LGWIN]: constants.BROTLI_MAX_WINDOW_BITS,
      [constants.BROTLI_PARAM_SIZE_HINT]: text.length,
    },
  }).length;
}

function ppmdSize(command: string, text: Buffer): number {
  const folder = mkdtempSync(join(tmpdir(), 'inkling-ppmd-'));
  try {
    const archive = join(folder, 'text.7z');
    const args = ['a', '-t7z', '-m0=PPMd:o=16:mem=256m', '-sitext', archive];
    const { status } = spawnSync(command, args, { input: text, stdio: ['pipe', 'ignore', 'inherit'] });
    if (status !== 0) throw new Error(`${command} ended with ${status}.`);
    return statSync(archive).size;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function firstLine(command: string, args: readonly string[]): string | undefined {
  const { stdout, error } = spawnSync(command, args, { encoding: 'utf8' });
  return error === undefined ? stdout.trim().split('\n')[0] : undefined;
}
