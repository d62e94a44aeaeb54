/**
 * Puts the Python references that tests and benchmarks compare with (PyTorch, onnx, onnxruntime, safetensors) into
 * `.cache/python`, where there is a Python and pip offers them. Nothing of the product needs them: where they cannot be
 * had, it says so and the tests that want them are skipped.
 *
 *     npm run setup:python
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('../.cache/python', import.meta.url));
const python = `${folder}/${process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python'}`;
const PACKAGES = ['numpy==2.4.6', 'onnx==1.23.1', 'onnxruntime==1.30.0', 'safetensors==0.8.0'];
/** The build without CUDA, where the index has it; plain PyTorch is the same on a machine without a GPU. */
const TORCH = ['torch==2.13.0+cpu', 'torch==2.13.0'];

mkdirSync(folder, { recursive: true });
if (!run(process.env['INKLING_BASE_PYTHON'] ?? 'python3', ['-m', 'venv', folder])) {
  end('There is no Python 3 with venv here');
}
if (!install(PACKAGES)) end('pip does not offer the Python packages here');
if (!TORCH.some((version) => install([version]))) end('pip does not offer PyTorch here');
console.log(`The Python references are in ${folder}.`);

function install(packages: readonly string[]): boolean {
  return run(python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--retries', '0', ...packages]);
}

function run(command: string, args: readonly string[]): boolean {
  return spawnSync(command, args, { stdio: ['ignore', 'inherit', 'inherit'] }).status === 0;
}

function end(reason: string): never {
  console.log(`${reason}: tests that compare with Python will be skipped, and say so.`);
  process.exit(0);
}
