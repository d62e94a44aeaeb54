import { basename } from 'node:path';
import type { Command } from 'commander';
import { cardDocument, factsOf } from '../lstm/cardText.ts';
import { decodeModel, digestOf, readModelBytes } from '../lstm/modelFile.ts';
import { parameterCount } from '../lstm/network.ts';
import { printJson, printLine } from './output.ts';

export function addInspectCommand(program: Command): void {
  program
    .command('inspect')
    .description("Print a model's card: its size, what it learnt from, how well it predicts.")
    .argument('<model>', 'a model.onnx that Inkling wrote')
    .option('--json', 'the whole card as one JSON object')
    .option('--markdown', 'the card as a page to publish beside the model')
    .action(runInspect);
}

interface InspectOptions {
  readonly json?: boolean;
  readonly markdown?: boolean;
}

async function runInspect(modelPath: string, { json, markdown }: InspectOptions): Promise<void> {
  const bytes = await readModelBytes(modelPath);
  const { card, shape } = decodeModel(bytes, modelPath);
  if (json) {
    printJson({ type: 'card', parameters: parameterCount(shape), ...card });
  } else if (markdown) {
    process.stdout.write(cardDocument(card, { name: basename(modelPath), locale: 'en', digest: digestOf(bytes) }));
  } else {
    for (const [name, value] of factsOf(card)) printLine(`${name.padEnd(14)} ${value}`);
  }
}
