import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

export const RXJS = join(root, 'node_modules', 'rxjs', 'src');

/** A 1×512 model of rxjs, trained for three minutes the first time and kept in .cache/bench. */
export function modelOfRxjs(): string {
  return trainedOnRxjs('editor.onnx', ['--hidden', '512', '--layers', '1', '--minutes', '3']);
}

/**
 * A model of rxjs that is trained the first time and kept in .cache/bench.
 *
 * @param flags of `inkling train`
 */
export function trainedOnRxjs(name: string, flags: readonly string[]): string {
  const model = join(root, '.cache', 'bench', name);
  if (existsSync(model)) return model;
  console.log(`Training a model (${flags.join(' ')}) …`);
  mkdirSync(dirname(model), { recursive: true });
  const args = [join(root, 'dist', 'cli.js'), 'train', RXJS, ...flags, '--out', model];
  const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`The model could not be trained: ${stderr}`);
  return model;
}
