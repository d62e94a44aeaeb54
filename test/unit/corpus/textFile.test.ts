import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { decode, readTextFile } from '../../../src/corpus/textFile.ts';
import { folderWith } from './temporaryFolder.ts';

const text = 'ünïcode 漢字 😀\n';
const utf16 = Buffer.from(`\uFEFF${text}`, 'utf16le');

describe('decode', () => {
  it.each([
    ['UTF-8', Buffer.from(text)],
    ['UTF-8 with a byte-order mark', Buffer.from(`\uFEFF${text}`)],
    ['little-endian UTF-16', utf16],
    ['big-endian UTF-16', Buffer.from(utf16).swap16()],
  ])('reads %s', (_, bytes) => {
    expect(decode(bytes)).toEqual({ text, bytes: bytes.length });
  });

  it('makes CRLF and CR line ends LF', () => {
    expect(decode(Buffer.from('a\r\nb\rc\n\r\n'))).toMatchObject({ text: 'a\nb\nc\n\n' });
  });

  it.each([
    ['an old encoding', Buffer.from('na\xefve', 'latin1'), 'undecodable'],
    ['cut-off UTF-8', Buffer.from('漢').subarray(0, 2), 'undecodable'],
    ['a surrogate in UTF-8', Buffer.of(0x61, 0xed, 0xa0, 0x80), 'undecodable'],
    ['half a UTF-16 character', utf16.subarray(0, 5), 'binary'],
    ['half a big-endian UTF-16 character', Buffer.from(utf16).swap16().subarray(0, 5), 'binary'],
    ['a lone surrogate in UTF-16', Buffer.of(0xff, 0xfe, 0x3d, 0xd8, 0x61, 0x62), 'undecodable'],
    ['UTF-16 without a mark', utf16.subarray(2), 'binary'],
    ['UTF-32', Buffer.of(0xff, 0xfe, 0, 0, 0x61, 0, 0, 0), 'binary'],
    ['NUL', Buffer.from('a\0b'), 'binary'],
    ['nothing', Buffer.of(), 'empty'],
    ['a byte-order mark alone', Buffer.from('\uFEFF'), 'empty'],
  ])('leaves %s out', (_, bytes, reason) => {
    expect(decode(bytes)).toEqual({ reason });
  });
});

describe('readTextFile', () => {
  it('never throws', async () => {
    const folder = await folderWith({ 'a.txt': 'a' });
    expect(await readTextFile(join(folder, 'missing'), 10)).toEqual({ reason: 'unreadable' });
    expect(await readTextFile(folder, 10)).toEqual({ reason: 'not-a-regular-file' });
  });

  it('reads files up to the limit and none beyond', async () => {
    const folder = await folderWith({});
    const path = join(folder, 'a.txt');
    await writeFile(path, 'x'.repeat(10_000));
    expect(await readTextFile(path, 10_000)).toEqual({ text: 'x'.repeat(10_000), bytes: 10_000 });
    expect(await readTextFile(path, 9_999)).toEqual({ reason: 'too-large' });
  });

  it.skipIf(process.platform !== 'linux')('reads files that claim to have no bytes', async () => {
    expect(await readTextFile('/proc/self/status', 1 << 20)).toHaveProperty('text');
  });
});
