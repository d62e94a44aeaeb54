/**
 * Builds the VSIX for this platform, with only this platform's native files in it, and looks at what is inside.
 *
 *     npm run package
 */
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createVSIX, listFiles, PackageManager } from '@vscode/vsce';

const root = fileURLToPath(new URL('..', import.meta.url));
const stage = join(root, '.cache', 'package');
const target = `${process.platform}-${process.arch}`;
const PAGE = ['dist/dashboard.js', 'dist/dashboard.css', 'dist/codicon.ttf'];
const PIECES = readdirSync(join(root, 'dist', 'completion'))
  .filter((name) => name.endsWith('.js'))
  .map((name) => `dist/completion/${name}`);
const BUNDLES = ['dist/extension.cjs', 'dist/trainingWorker.js', 'dist/completionWorker.js', ...PIECES, ...PAGE];
const MAXIMUM_MEGABYTES = 25;
const MAXIMUM_PAGE_KILOBYTES = 400;
const MANIFEST_SENTENCES = /^package\.nls(\.[a-z-]+)?\.json$/;
/** What of the manifest is the repository's own business. */
const NOT_SHIPPED = ['scripts', 'devDependencies', 'dependencies', 'optionalDependencies', 'bin', 'files', 'private'];

interface Walkthrough {
  readonly steps: readonly { readonly media: { readonly svg: string } }[];
}

const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const output = join(root, `inkling-${target}-${manifest.version}.vsix`);

rmSync(stage, { recursive: true, force: true });
mkdirSync(stage, { recursive: true });
for (const name of ['README.md', 'CHANGELOG.md', 'LICENSE', 'media', 'l10n']) copy(name);
for (const name of readdirSync(root).filter((name) => MANIFEST_SENTENCES.test(name))) copy(name);
for (const name of BUNDLES) copy(name);
// Beside the workers, so that they find it; without what its installation alone needs.
copyModule('onnxruntime-node', ['package.json', 'dist', `bin/napi-v6/${process.platform}/${process.arch}`]);
copyModule('onnxruntime-common', ['package.json', 'dist/cjs']);
const shipped = Object.fromEntries(Object.entries(manifest).filter(([key]) => !NOT_SHIPPED.includes(key)));
writeFileSync(join(stage, 'package.json'), JSON.stringify(shipped, null, 2));
writeFileSync(join(stage, '.vscodeignore'), '**/*.map\n**/*.d.ts\n');

const files = await listFiles({ cwd: stage, packageManager: PackageManager.None });
const unexpected = files.filter((file) => !isExpected(file));
if (unexpected.length > 0) end(`These files do not belong into the package: ${unexpected.join(', ')}`);
const pictures = manifest.contributes.walkthroughs.flatMap(({ steps }: Walkthrough) =>
  steps.map(({ media }) => media.svg),
);
const missing = [...BUNDLES, ...pictures].filter((name) => !files.includes(name));
if (missing.length > 0) end(`The package lacks ${missing.join(', ')}`);
if (!files.some((file) => file.endsWith('onnxruntime_binding.node'))) end(`onnxruntime has no binary for ${target}`);
const kilobytes = PAGE.reduce((total, name) => total + statSync(join(stage, name)).size, 0) / 1e3;
if (kilobytes > MAXIMUM_PAGE_KILOBYTES)
  end(`The page is ${kilobytes.toFixed(0)} kB, more than ${MAXIMUM_PAGE_KILOBYTES}`);

await createVSIX({ cwd: stage, packagePath: output, target, dependencies: false, rewriteRelativeLinks: false });
const megabytes = statSync(output).size / 1e6;
if (megabytes > MAXIMUM_MEGABYTES) end(`The package is ${megabytes.toFixed(1)} MB, more than ${MAXIMUM_MEGABYTES}`);
console.log(`${output}: ${files.length} files, ${megabytes.toFixed(1)} MB`);

function isExpected(file: string): boolean {
  const native = `dist/node_modules/onnxruntime-node/bin/napi-v6/${process.platform}/${process.arch}/`;
  if (/\.(node|so(\.\d+)*|dylib|dll)$/.test(file)) return file.startsWith(native);
  return (
    /^(package\.json|README\.md|CHANGELOG\.md|LICENSE)$/i.test(file) ||
    MANIFEST_SENTENCES.test(file) ||
    BUNDLES.includes(file) ||
    /^dist\/node_modules\/onnxruntime-(node|common)\/(package\.json|dist\/.*\.(js|json))$/.test(file) ||
    /^(media|l10n)\/.*\.(png|svg|md|json)$/.test(file)
  );
}

function copy(path: string): void {
  mkdirSync(dirname(join(stage, path)), { recursive: true });
  cpSync(join(root, path), join(stage, path), { recursive: true, dereference: true });
}

function copyModule(name: string, parts: readonly string[]): void {
  const source = join(root, 'node_modules', name);
  for (const part of parts) {
    const to = join(stage, 'dist', 'node_modules', name, part);
    mkdirSync(dirname(to), { recursive: true });
    cpSync(join(source, part), to, { recursive: true, dereference: true });
  }
}

function end(message: string): never {
  console.error(`${message}.`);
  process.exit(1);
}
