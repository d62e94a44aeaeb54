import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import type { Git } from './git.ts';

/** Contents of blobs, by one `git cat-file --batch` that goes on until it is closed. One question at a time. */
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
    this.#process.stderr.resume();
    this.#process.stdin.on('error', () => {}); // told by its end
    this.#ended = new Promise((_, reject) => {
      this.#process.once('error', reject);
      this.#process.once('close', () => reject(new Error('git cat-file has ended.')));
    });
    this.#ended.catch(() => {});
  }

  /** @throws Error when the object is missing, damaged or no blob */
  read(id: string): Promise<Buffer> {
    const turn = this.#turn.then(() => this.#read(id));
    this.#turn = turn.catch(() => {});
    return turn;
  }

  close(): void {
    this.#process.stdin.end();
    this.#process.kill();
  }

  async #read(id: string): Promise<Buffer> {
    this.#process.stdin.write(`${id}\n`);
    const header = await this.#line();
    const [, kind, size] = header.split(' ');
    if (size === undefined) throw new Error(`The object ${id} is ${kind ?? 'not there'}.`);
    const content = (await this.#take(Number(size) + 1)).subarray(0, -1);
    if (kind !== 'blob') throw new Error(`The object ${id} is a ${kind}, not a file.`);
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
