import { Command, CommanderError } from 'commander';
import packageJson from '../../package.json' with { type: 'json' };
import { reasonOf, UserFacingError } from '../base/errors.ts';
import { addCompleteCommand } from './complete.ts';
import { addCorpusCommand } from './corpus.ts';
import { addDevicesCommand } from './devices.ts';
import { addEvaluateCommand } from './evaluate.ts';
import { addGenerateCommand } from './generate.ts';
import { addImportCommand } from './import.ts';
import { addInspectCommand } from './inspect.ts';
import { addReplayCommand } from './replay.ts';
import { addSimulateCommand } from './simulate.ts';
import { addTrainCommand } from './train.ts';

const EXIT_FAILURE = 1;
const EXIT_USAGE = 2;

// Whoever reads our output may stop reading.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  process.stderr.write(`inkling: The output could not be written: ${reasonOf(error)}.\n`);
  process.exit(EXIT_FAILURE);
});

const program = new Command('inkling')
  .description('Train a character-level LSTM on a folder, locally, and complete text from it.')
  .version(packageJson.version);
for (const add of [
  addTrainCommand,
  addEvaluateCommand,
  addSimulateCommand,
  addReplayCommand,
  addCompleteCommand,
  addGenerateCommand,
  addInspectCommand,
  addDevicesCommand,
  addCorpusCommand,
  addImportCommand,
]) {
  add(program);
}
for (const command of [program, ...program.commands]) {
  command.exitOverride().configureOutput({
    outputError: (text, write) => write(sentenceOf(text)),
  });
}

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = exitCodeOf(error);
}

/** commander's `error: missing required argument 'folder'` as a sentence. */
function sentenceOf(text: string): string {
  const [first = '', ...hints] = text
    .replace(/^error: /, '')
    .trim()
    .split('\n');
  const sentence = `${first.charAt(0).toUpperCase()}${first.slice(1)}`.replace(/([^.?!])$/, '$1.');
  return `inkling: ${[sentence, ...hints, '--help tells more.'].join(' ')}\n`;
}

function exitCodeOf(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : EXIT_USAGE; // it has said so itself
  if (error instanceof UserFacingError) {
    process.stderr.write(`inkling: ${error.message}\n`);
    return error.kind === 'usage' ? EXIT_USAGE : EXIT_FAILURE;
  }
  const message = error instanceof Error ? error.message : String(error);
  process.stderr.write(`inkling: ${message} This is a defect in Inkling; INKLING_DEBUG=1 shows where.\n`);
  if (process.env['INKLING_DEBUG'] === '1' && error instanceof Error) process.stderr.write(`${error.stack}\n`);
  return EXIT_FAILURE;
}
