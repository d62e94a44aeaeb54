import { resolve } from 'node:path';
import type { Command } from 'commander';
import { UserFacingError } from '../base/errors.ts';
import { writeCorpus } from '../corpus/writeCorpus.ts';
import { numberWithin } from './arguments.ts';
import { readVocabulary } from './corpusFiles.ts';
import { compact, counted, describeReport, printJson, printLine } from './output.ts';
import { stopAtSignals } from './signals.ts';
import { startSpinner } from './spinner.ts';

interface Flags {
  readonly out: string;
  readonly maxSize?: number;
  readonly maxFileSize: number;
  readonly vocabulary?: string;
  readonly json?: boolean;
}

const MEGABYTE = 2 ** 20;
const PROGRESS_MILLISECONDS = 1000;

export function addCorpusCommand(program: Command): void {
  const megabytes = (option: string) => numberWithin({ option, minimum: 0.001, maximum: 1e9 });
  program
    .command('corpus')
    .description('Write the text of a folder as ids, without its secrets, for training with PyTorch elsewhere.')
    .argument('<folder>', 'what to learn')
    .option('--out <folder>', 'where the corpus goes', 'corpus')
    .option(
      '--max-size <n>',
      'megabytes of files to read, the most recently changed ones (default: all)',
      megabytes('max-size'),
    )
    .option(
      '--max-file-size <n>',
      'megabytes; larger files are left out',
      numberWithin({ option: 'max-file-size', minimum: 0.001, maximum: 64 }),
      1,
    )
    .option('--vocabulary <file>', 'use the characters of this manifest.json or model.onnx (default: learn them)')
    .option('--json', 'one JSON object per line on standard output')
    .action(runCorpus);
}

async function runCorpus(folder: string, flags: Flags): Promise<void> {
  if (flags.out === '') throw new UserFacingError('--out names no folder; leave it out for corpus.', 'usage');
  const out = resolve(flags.out);
  const vocabulary = flags.vocabulary === undefined ? undefined : await readVocabulary(flags.vocabulary);
  const stop = stopAtSignals();
  const spinner = startSpinner('Reading files');
  const notices: string[] = [];
  let told = performance.now();
  try {
    const manifest = await writeCorpus(folder, out, {
      vocabulary,
      maxFileBytes: flags.maxFileSize * MEGABYTE,
      maxCorpusBytes: flags.maxSize === undefined ? undefined : flags.maxSize * MEGABYTE,
      signal: stop.signal,
      onNotice: (sentence) => notices.push(sentence),
      onProgress: (files, documents, characters) => {
        if (performance.now() - told < PROGRESS_MILLISECONDS) return;
        told = performance.now();
        spinner.text = `${counted(files, 'file')} seen, ${counted(documents, 'document')}, ${compact(characters)} characters`;
        if (flags.json) printJson({ type: 'progress', files, documents, characters });
      },
      onEncoding: () => {
        spinner.text = 'Encoding';
      },
      refusals: {
        foreign: `${out} is there already and is not a corpus, so it is left alone; --out must name a new folder or a corpus.`,
        busy: `Another process is writing the corpus ${out}; wait for it, or give another --out.`,
      },
    });
    spinner.stop();
    const { train, heldOut, vocabulary: characters, ...report } = manifest;
    if (flags.json) {
      printJson({ type: 'done', corpus: out, ...report, notices, vocabulary: [...characters].length, train, heldOut });
      return;
    }
    printLine(describeReport({ ...report, notices, characters: train.characters + heldOut.characters }));
    printLine(
      `${counted(train.documents, 'document')} of ${compact(train.characters)} characters to train on, ` +
        `${counted(heldOut.documents, 'document')} of ${compact(heldOut.characters)} held out; ` +
        `${counted([...characters].length, 'different character')}.`,
    );
    printLine(`Corpus: ${out}`);
  } catch (error) {
    spinner.stop();
    if (!(stop.signal.aborted && (error as Error).name === 'AbortError')) throw error;
    process.exitCode = stop.exitCode(); // nothing is left of it
  } finally {
    stop.dispose();
  }
}
