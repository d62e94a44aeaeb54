import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import * as l10n from '@vscode/l10n';
import { errorsOf, firstLine, type Git } from './git.ts';

/** Contents of blobs, by one `git cat-file --batch` that goes on until it is closed, and answers in turn. */
export class BlobReader {
  readonly #process: ChildProcessWithoutNullStreams;
  readonly #ended: Promise<never>;
  #chunks: Buffer[] = [];
  #length = 0;
  #wake: () => void = () => {};
  #turn: Promise<unknown> = Promise.resolve();

  constructor(git: Git) {
    this.#process = git.start('cat-file', '--batch');
    this.#process.stdout.on('data', (chunk: Buffer) => {
      this.#chunks.push(chunk);
      this.#length += chunk.length;
      this.#wake();
    });
    const said = errorsOf(this.#process);
    this.#process.stdin.on('error', () => {}); // told by its end
    this.#ended = new Promise((_, reject) => {
      const end = () => reject(new Error(firstLine(said()) || l10n.t('it has ended without a word')));
      this.#process.once('error', end).once('close', end);
    });
    this.#ended.catch(() => {});
  }

  /** @throws Error when the object is missing, damaged or no blob; its message has no full stop */
  read(id: string): Promise<Buffer> {
    this.#process.stdin.write(`${id}\n`);
    const turn = this.#turn.then(() => this.#answer(id));
    this.#turn = turn.catch(() => {});
    return turn;
  }

  close(): void {
    this.#process.stdin.end();
    this.#process.kill();
  }

  async #answer(id: string): Promise<Buffer> {
    const header = await this.#line();
    const [, kind, size] = header.split(' ');
    if (size === undefined) throw new Error(l10n.t('the object {0} is not there', id));
    const content = (await this.#take(Number(size) + 1)).subarray(0, -1);
    if (kind !== 'blob') throw new Error(l10n.t('the object {0} is no file', id));
    return content;
  }

  async #line(): Promise<string> {
    for (let from = 0; ; ) {
      const at = this.#buffered().indexOf(0x0a, from);
      if (at >= 0) return (await this.#take(at + 1)).toString('latin1', 0, at);
      from = this.#length;
      await this.#more();
    }
  }

  async #take(length: number): Promise<Buffer> {
    while (this.#length < length) await this.#more();
    const buffered = this.#buffered();
    this.#chunks = [buffered.subarray(length)];
    this.#length -= length;
    return buffered.subarray(0, length);
  }

  #buffered(): Buffer {
    if (this.#chunks.length !== 1) this.#chunks = [Buffer.concat(this.#chunks)];
    return this.#chunks[0]!;
  }

  async #more(): Promise<void> {
    const arrived = new Promise<void>((resolve) => {
      this.#wake = resolve;
    });
    await Promise.race([arrived, this.#ended]);
  }
}
