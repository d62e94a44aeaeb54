/** Whose code ships inside Inkling, and under which licence. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import satisfies from 'spdx-satisfies';

const root = fileURLToPath(new URL('..', import.meta.url));

export interface ThirdParty {
  readonly name: string;
  readonly version: string;
  /** On npm. */
  readonly isPackage: boolean;
  /** SPDX expression. */
  readonly license: string;
  readonly url: string;
  /** What has to be passed on, as its authors wrote it. */
  readonly texts: readonly string[];
}

/** What asks for no more than to pass on its text, and does not reach beyond itself. */
const ALLOWED = ['0BSD', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', 'CC-BY-4.0', 'ISC', 'MIT'];

/** Texts in `licences` of packages that come without, or whose code comes without the package around it. */
const TEXTS: Readonly<Record<string, readonly string[]>> = {
  '@bufbuild/protobuf': ['Apache-2.0.txt', 'google-protobuf.txt'],
  '@textlint/regexp-string-matcher': ['regexp-string-matcher.txt'],
  '@vscode/l10n': ['microsoft.txt'],
  'escape-string-regexp': ['escape-string-regexp.txt'],
  'lodash.sortby': ['lodash.txt'],
  'lodash.uniq': ['lodash.txt'],
  'lodash.uniqwith': ['lodash.txt'],
  'node-forge': ['node-forge.txt', 'base-x.txt'],
  'onnxruntime-common': ['microsoft.txt'],
  'onnxruntime-node': ['microsoft.txt'],
};

/** Of packages that others have bundled in, so that npm does not install them. */
const LICENSES_OF_BUNDLED: Readonly<Record<string, string>> = {
  '@textlint/regexp-string-matcher@2.0.2': 'MIT',
  'escape-string-regexp@4.0.0': 'MIT',
  'lodash.sortby@4.7.0': 'MIT',
  'lodash.uniq@4.5.0': 'MIT',
  'lodash.uniqwith@4.5.0': 'MIT',
  'node-forge@1.4.0': '(BSD-3-Clause OR GPL-2.0)',
};

/** The version whose notices are kept. */
const NOTICES_OF_ONNXRUNTIME = '1.30.0';

/** The definition that `src/onnx/onnx_pb.js` is generated from. */
const ONNX: ThirdParty = {
  name: 'onnx.proto',
  version: 'of ONNX',
  isPackage: false,
  license: 'Apache-2.0',
  url: 'https://github.com/onnx/onnx',
  texts: [textOf('Apache-2.0.txt')],
};

/**
 * @param files that were bundled, relative to the repository
 * @throws Error when something has no licence, or one without its text
 */
export function thirdParties(files: readonly string[]): ThirdParty[] {
  const installed = files.flatMap((file) => /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(file)?.[1] ?? []);
  const folders = new Set([...installed, 'node_modules/onnxruntime-node', 'node_modules/onnxruntime-common']);
  const bundled = new Set(files.flatMap(bundledIn));
  const parties = [...[...folders].map(installedIn), ...[...bundled].map(ofBundled)];
  return [...parties, ONNX].sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Those whose licences Inkling, which is under MIT itself, cannot ship with. */
export function notAllowed(parties: readonly ThirdParty[]): ThirdParty[] {
  return parties.filter(({ license }) => !satisfies(license, ALLOWED));
}

/**
 * The folder with the licence and notices of onnxruntime's binaries, which its npm package lacks. They were taken from
 * the Python package onnxruntime 1.30.0: notices are added to that list from version to version and none is taken out,
 * so that it has all that an older version needs.
 *
 * @throws Error when a newer version is installed
 */
export function onnxruntimeNotices(): string {
  const folder = join(root, 'licences', 'onnxruntime');
  const { version } = manifestIn('node_modules/onnxruntime-node');
  if (version.localeCompare(NOTICES_OF_ONNXRUNTIME, 'en', { numeric: true }) <= 0) return folder;
  throw new Error(
    `There are no notices of onnxruntime ${version}: take LICENSE and ThirdPartyNotices.txt of the Python package ` +
      `onnxruntime ${version} into ${folder}, and say so in scripts/thirdParty.ts.`,
  );
}

function installedIn(folder: string): ThirdParty {
  const { name, version, license } = manifestIn(folder);
  if (typeof license !== 'string') throw new Error(`${name} does not say what its licence is.`);
  const own = readdirSync(join(root, folder)).filter((file) => /^(licen[cs]e|notice|copying)/i.test(file));
  const texts = own.map((file) => tidy(readFileSync(join(root, folder, file), 'utf8')));
  return party(name, version, license, [...texts, ...textsFor(name)]);
}

function ofBundled(nameAndVersion: string): ThirdParty {
  const license = LICENSES_OF_BUNDLED[nameAndVersion];
  if (license === undefined)
    throw new Error(`${nameAndVersion} is inside of a dependency: say in scripts/thirdParty.ts what its licence is.`);
  const at = nameAndVersion.lastIndexOf('@');
  const name = nameAndVersion.slice(0, at);
  return party(name, nameAndVersion.slice(at + 1), license, textsFor(name));
}

function party(name: string, version: string, license: string, texts: readonly string[]): ThirdParty {
  if (texts.length === 0) throw new Error(`${name} comes without the text of its licence: put it into licences.`);
  return { name, version, isPackage: true, license, url: `https://www.npmjs.com/package/${name}/v/${version}`, texts };
}

/** Packages that were bundled into a file before it was published, as its source map has them: `name@version`. */
function bundledIn(file: string): string[] {
  const map = join(root, `${file}.map`);
  if (!file.includes('node_modules/') || !existsSync(map)) return [];
  const { sources } = JSON.parse(readFileSync(map, 'utf8')) as { readonly sources: readonly string[] };
  return sources.flatMap((source) => {
    if (!source.includes('node_modules/')) return [];
    const found = /node_modules\/\.pnpm\/[^/]*@([\d.]+)[^/]*\/node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(source);
    if (found === null) throw new Error(`Which package ${source} in ${file} belongs to is not known.`);
    return `${found[2]}@${found[1]}`;
  });
}

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly license?: unknown;
}

function manifestIn(folder: string): Manifest {
  return JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'));
}

function textsFor(name: string): string[] {
  return (TEXTS[name] ?? []).map(textOf);
}

function textOf(file: string): string {
  return tidy(readFileSync(join(root, 'licences', file), 'utf8'));
}

function tidy(text: string): string {
  return text
    .replaceAll('\r', '')
    .replaceAll(/[ \t]+$/gm, '')
    .replaceAll(/^\n+|\n+$/g, '');
}
