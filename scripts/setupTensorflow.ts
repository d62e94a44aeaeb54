/**
 * Puts a working tfjs-node into `.cache/tensorflow`, for the TensorFlow engine and its tests.
 *
 * tfjs-node's own installation downloads libtensorflow from a host of its own. Where only package indexes can be reached,
 * the same library is in the Python wheel `tensorflow-cpu`: on Linux it is taken from there, and tfjs-node's binding is
 * compiled against it. Elsewhere, tfjs-node installs itself. Nothing of the product needs this: where it cannot be done,
 * it says so, and the engine's tests are skipped.
 *
 *     npm run setup:tensorflow
 */
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const VERSION = '4.22.0';
const WHEEL = 'tensorflow-cpu==2.21.0';
/** What a wheel for Linux must be fit for; any Python may ask for it. */
const PLATFORM = ['--platform', 'manylinux_2_27_x86_64', '--python-version', '3.11', '--only-binary', ':all:'];
/** Members of the wheel: the library, and the headers of its C interface with what they include. */
const MEMBERS = String.raw`tensorflow/(libtensorflow_(cc|framework)\.so\.2$|include/(tensorflow|xla|tsl)/.*\.h$)`;
const LIBRARIES = ['libtensorflow_cc.so.2', 'libtensorflow_framework.so.2'];

const folder = fileURLToPath(new URL('../.cache/tensorflow', import.meta.url));
const tfjsNode = `${folder}/node_modules/@tensorflow/tfjs-node`;
const python = process.env['INKLING_BASE_PYTHON'] ?? 'python3';

if (works()) {
  console.log(`tfjs-node is in ${folder}.`);
  process.exit(0);
}
mkdirSync(folder, { recursive: true });
writeFileSync(`${folder}/package.json`, '{ "private": true }\n');
if (process.platform === 'linux' && process.arch === 'x64') buildAgainstWheel();
else if (!install()) end('tfjs-node cannot be installed here');
if (!works()) end('tfjs-node does not work here');
console.log(`tfjs-node ${VERSION} is in ${folder}. INKLING_TENSORFLOW=${folder} lets Inkling use it.`);

function buildAgainstWheel(): void {
  if (!install('--ignore-scripts', 'node-api-headers@1.9.0')) end('npm does not offer tfjs-node here');
  const downloads = `${folder}/download`;
  const pip = ['-m', 'pip', 'download', '--quiet', '--disable-pip-version-check', '--retries', '0', '--no-deps'];
  if (!run(python, [...pip, ...PLATFORM, '--dest', downloads, WHEEL])) end(`pip does not offer ${WHEEL} here`);
  const wheel = `${downloads}/${readdirSync(downloads).find((name) => name.endsWith('.whl'))}`;
  const extract = [
    'import re, sys, zipfile',
    'wheel = zipfile.ZipFile(sys.argv[1])',
    'wheel.extractall(sys.argv[2], [name for name in wheel.namelist() if re.match(sys.argv[3], name)])',
  ];
  if (!run(python, ['-c', extract.join('\n'), wheel, downloads, MEMBERS])) end(`${wheel} cannot be unpacked`);
  const [deps, binding] = [`${tfjsNode}/deps/lib`, `${tfjsNode}/lib/napi-v8`];
  for (const path of [deps, binding]) mkdirSync(path, { recursive: true });
  for (const library of LIBRARIES) copyFileSync(`${downloads}/tensorflow/${library}`, `${deps}/${library}`);
  const compiled = run(process.env['CXX'] ?? 'g++', [
    ...['-std=c++17', '-O2', '-fPIC', '-shared', '-w', '-DNAPI_VERSION=8'],
    ...[tfjsNode, `${downloads}/tensorflow/include`, `${folder}/node_modules/node-api-headers/include`].map(
      (path) => `-I${path}`,
    ),
    ...['tfjs_backend.cc', 'tfjs_binding.cc'].map((source) => `${tfjsNode}/binding/${source}`),
    ...[`-L${deps}`, ...LIBRARIES.map((library) => `-l:${library}`)],
    ...['-Wl,-rpath,$ORIGIN/../../deps/lib', '-o', `${binding}/tfjs_binding.node`],
  ]);
  rmSync(downloads, { recursive: true });
  if (!compiled) end('There is no C++ compiler here that builds the binding');
}

function install(...args: readonly string[]): boolean {
  const options = ['--no-audit', '--no-fund', '--no-save', '--prefix', folder];
  return run('npm', ['install', ...options, ...args, `@tensorflow/tfjs-node@${VERSION}`]);
}

function works(): boolean {
  if (!existsSync(tfjsNode)) return false;
  const script = [
    'const util = require("node:util");',
    'util.isNullOrUndefined ??= (value) => value == null;',
    `const tf = require(${JSON.stringify(tfjsNode)});`,
    'process.exit(tf.tensor([1, 2]).sum().dataSync()[0] === 3 ? 0 : 1);',
  ];
  return spawnSync(process.execPath, ['-e', script.join('\n')], { stdio: 'ignore' }).status === 0;
}

function run(command: string, args: readonly string[]): boolean {
  return (
    spawnSync(command, args, { stdio: ['ignore', 'inherit', 'inherit'], shell: process.platform === 'win32' })
      .status === 0
  );
}

function end(reason: string): never {
  rmSync(folder, { recursive: true, force: true });
  console.log(`${reason}: tests of the TensorFlow engine will be skipped, and say so.`);
  process.exit(0);
}
