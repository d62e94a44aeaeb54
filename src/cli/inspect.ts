import type { Command } from 'commander';
import { readModelFile } from '../lstm/modelFile.ts';
import { parameterCount } from '../lstm/network.ts';
import { clock, counted, printJson, printLine } from './output.ts';

export function addInspectCommand(program: Command): void {
  program
    .command('inspect')
    .description("Print a model's card: its size, what it learnt from, how well it predicts.")
    .argument('<model>', 'a model.onnx that Inkling wrote')
    .option('--json', 'the whole card as one JSON object')
    .action(runInspect);
}

async function runInspect(modelPath: string, { json }: { readonly json?: boolean }): Promise<void> {
  const { card, shape } = await readModelFile(modelPath);
  if (json) {
    printJson({ type: 'card', parameters: parameterCount(shape), ...card });
    return;
  }
  const { hyperparameters, corpus, training } = card;
  const count = (value: number) => value.toLocaleString('en');
  const rows: readonly (readonly [string, string])[] = [
    [
      'Network',
      `${hyperparameters.layers} × ${hyperparameters.hidden} LSTM, ${count(parameterCount(shape))} parameters`,
    ],
    ['Recipe', hyperparameters.recipe],
    ['Context', hyperparameters.context === null ? 'the whole file' : `the last ${hyperparameters.context} characters`],
    ['Vocabulary', `${count(card.vocabulary.length)} characters`],
    ['Learnt from', `${count(corpus.trainCharacters)} characters`],
    ['Held out', `${count(corpus.heldOutCharacters)} characters`],
    ['Held-out loss', `${card.heldOutBitsPerCharacter.toFixed(4)} bits per character`],
    ['Training', `${training.epochs.toFixed(1)} epochs in ${clock(training.seconds)}, seed ${training.seed}`],
    ['Engine', `${training.engine} on ${training.device}, ${counted(training.threads, 'thread')}`],
    ['Trained', training.date],
  ];
  for (const [name, value] of rows) printLine(`${name.padEnd(14)} ${value}`);
}
