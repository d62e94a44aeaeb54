import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createVSIX, listFiles, PackageManager } from '@vscode/vsce';
import { PIECES } from '../esbuild.config.mjs';
import { type NativeTarget, nativeTarget, type Target, UNIVERSAL } from './targets.ts';
import { onnxruntimeNotices } from './thirdParty.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const PAGE = ['dist/dashboard.js', 'dist/dashboard.css', 'dist/codicon.ttf'];
/** THIRD_PARTY_NOTICES.txt is made by `npm run notices`. */
const TEXTS = ['README.md', 'CHANGELOG.md', 'LICENSE', 'THIRD_PARTY_NOTICES.txt'];
/** Of what is inside of onnxruntime's binaries. */
const NATIVE_TEXTS = ['LICENSE', 'ThirdPartyNotices.txt'];
const MAXIMUM_UNIVERSAL_MEGABYTES = 2;
const MAXIMUM_PAGE_KILOBYTES = 400;
const MANIFEST_SENTENCES = /^package\.nls(\.[a-z-]+)?\.json$/;
const NATIVE = /\.(node|so(\.\d+)*|dylib|dll)$/;
/** What of the manifest is the repository's own business. */
const NOT_SHIPPED = ['scripts', 'devDependencies', 'dependencies', 'optionalDependencies', 'bin', 'files', 'private'];

interface Walkthrough {
  readonly steps: readonly { readonly media: { readonly svg: string } }[];
}

export interface VsixOptions {
  readonly target: Target;
  /** The folder of bundles, as `npm run build` makes it. */
  readonly dist: string;
  /** Where the package is put together; what was there is removed. It is what the VSIX unpacks to. */
  readonly stage: string;
  /** The folder for the VSIX. */
  readonly folder: string;
}

export interface Vsix {
  readonly path: string;
  readonly files: number;
  readonly megabytes: number;
}

/** The file's name. A universal package has no target in it, as for VS Code it has none. */
export function vsixName(target: Target): string {
  const { name, version } = manifest();
  return `${[name, ...(target === UNIVERSAL ? [] : [target]), version].join('-')}.vsix`;
}

/**
 * Puts a package together, with its platform's native files and no others; any host can make any.
 *
 * @throws Error when it lacks something, or has what does not belong there, or is too large
 */
export async function makeVsix({ target, dist, stage, folder }: VsixOptions): Promise<Vsix> {
  const native = nativeTarget(target);
  const pieces = PIECES.flatMap((folder) => readdirSync(join(dist, folder)).map((name) => `${folder}/${name}`));
  const bundles = [
    ...['extension.cjs', 'trainingWorker.js', 'completionWorker.js', 'replayWorker.js'].map((name) => `dist/${name}`),
    ...pieces.filter((name) => name.endsWith('.js')).map((name) => `dist/${name}`),
    ...PAGE,
  ];
  const copy = (from: string, to: string) => {
    mkdirSync(dirname(join(stage, to)), { recursive: true });
    cpSync(from, join(stage, to), { recursive: true, dereference: true });
  };

  rmSync(stage, { recursive: true, force: true });
  mkdirSync(stage, { recursive: true });
  const sentences = readdirSync(root).filter((name) => MANIFEST_SENTENCES.test(name));
  for (const name of [...TEXTS, 'media', 'l10n', ...sentences]) copy(join(root, name), name);
  for (const name of bundles) copy(join(dist, name.slice('dist/'.length)), name);
  // Beside the workers, so that they find it and no other one; without what its installation alone needs.
  for (const path of modulesOf(native)) copy(join(root, 'node_modules', path), `dist/node_modules/${path}`);
  if (native !== undefined)
    for (const name of NATIVE_TEXTS)
      copy(join(onnxruntimeNotices(), name), `dist/node_modules/onnxruntime-node/${name}`);
  const { walkthroughs } = manifest().contributes;
  const shipped = Object.fromEntries(Object.entries(manifest()).filter(([key]) => !NOT_SHIPPED.includes(key)));
  writeFileSync(join(stage, 'package.json'), JSON.stringify(shipped, null, 2));
  writeFileSync(join(stage, '.vscodeignore'), '**/*.map\n**/*.d.ts\n');

  const files = await listFiles({ cwd: stage, packageManager: PackageManager.None });
  const expectedNative = [...binariesOf(native), ...textsOf(native)].map((path) => `dist/node_modules/${path}`);
  const unexpected = files.filter((file) => !isExpected(file, bundles) && !expectedNative.includes(file));
  if (unexpected.length > 0) throw new Error(`These files do not belong into the package: ${unexpected.join(', ')}.`);
  const pictures = walkthroughs.flatMap(({ steps }) => steps.map(({ media }) => media.svg));
  const missing = [...TEXTS, ...bundles, ...pictures, ...expectedNative].filter((name) => !files.includes(name));
  if (missing.length > 0) throw new Error(`The package lacks ${missing.join(', ')}.`);
  const kilobytes = PAGE.reduce((total, name) => total + statSync(join(stage, name)).size, 0) / 1e3;
  check(`The page is ${kilobytes.toFixed(0)} kB`, kilobytes, MAXIMUM_PAGE_KILOBYTES);

  const path = join(folder, vsixName(target));
  await createVSIX({
    cwd: stage,
    packagePath: path,
    ...(target === UNIVERSAL ? {} : { target }),
    dependencies: false,
    // Without a public repository there is nowhere that a link to one of its files could lead.
    rewriteRelativeLinks: manifest().repository !== undefined,
    allowMissingRepository: true,
  });
  const megabytes = statSync(path).size / 1e6;
  const maximum = native?.maximumMegabytes ?? MAXIMUM_UNIVERSAL_MEGABYTES;
  check(`The package for ${target} is ${megabytes.toFixed(1)} MB`, megabytes, maximum);
  return { path, files: files.length, megabytes };
}

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly repository?: unknown;
  readonly contributes: { readonly walkthroughs: readonly Walkthrough[] };
}

function manifest(): Manifest {
  return JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
}

function binariesOf(native: NativeTarget | undefined): string[] {
  if (native === undefined) return [];
  const { platform, arch, binaries } = native;
  return binaries.map((name) => `onnxruntime-node/bin/napi-v6/${platform}/${arch}/${name}`);
}

function textsOf(native: NativeTarget | undefined): string[] {
  return native === undefined ? [] : NATIVE_TEXTS.map((name) => `onnxruntime-node/${name}`);
}

/** @throws Error when onnxruntime-node does not have the binaries that it had */
function modulesOf(native: NativeTarget | undefined): string[] {
  const binaries = binariesOf(native);
  const lacking = binaries.filter((path) => !existsSync(join(root, 'node_modules', path)));
  if (lacking.length > 0) throw new Error(`npm has not installed ${lacking.join(', ')}: see scripts/targets.ts.`);
  // The universal package has the JavaScript too: without, another onnxruntime in a folder above would be taken.
  return [
    ...['onnxruntime-node/package.json', 'onnxruntime-node/dist', ...binaries],
    ...['onnxruntime-common/package.json', 'onnxruntime-common/dist/cjs'],
  ];
}

function isExpected(file: string, bundles: readonly string[]): boolean {
  if (NATIVE.test(file)) return false;
  return (
    file === 'package.json' ||
    TEXTS.includes(file) ||
    MANIFEST_SENTENCES.test(file) ||
    bundles.includes(file) ||
    /^dist\/node_modules\/onnxruntime-(node|common)\/(package\.json|dist\/.*\.(js|json))$/.test(file) ||
    /^(media|l10n)\/.*\.(png|svg|md|json)$/.test(file)
  );
}

function check(sentence: string, value: number, maximum: number): void {
  if (value > maximum) throw new Error(`${sentence}, more than ${maximum}.`);
}
