import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { buildExtension } from '../../scripts/build.ts';
import { targetsNamed } from '../../scripts/package.ts';
import { hostTarget, nativeTarget, TARGETS, UNIVERSAL } from '../../scripts/targets.ts';
import { makeVsix, type Vsix, vsixName } from '../../scripts/vsix.ts';
import { hasNativePart } from '../../src/editor/training/nativePart.ts';
import { filesInZip } from '../support/zip.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const ONNXRUNTIME = 'dist/node_modules/onnxruntime-node/bin/napi-v6';
const NATIVE = /\.(node|so|dylib|dll|exe)(\.[\d.]+)?$/i;
const MAXIMUM_MEGABYTES: Readonly<Record<string, number>> = { 'win32-x64': 32, 'win32-arm64': 32, universal: 2 };

const folder = mkdtempSync(join(tmpdir(), 'inkling-packages-'));
const dist = join(folder, 'dist');

beforeAll(() => buildExtension(dist));
afterAll(() => rmSync(folder, { recursive: true }));

describe.each(TARGETS)('the package for %s', (target) => {
  const stage = join(folder, target);
  const native = nativeTarget(target);
  let vsix: Vsix;
  let files: ReadonlyMap<string, Buffer>;

  beforeAll(async () => {
    vi.spyOn(console, 'log').mockImplementation(() => {});
    vsix = await makeVsix({ target, dist, stage, folder });
    files = await filesInZip(vsix.path);
  });
  afterAll(() => {
    vi.restoreAllMocks();
    rmSync(stage, { recursive: true });
  });

  const textOf = (path: string) => files.get(path)!.toString('utf8');

  test('has the native files of this platform as npm brings them, and no others', () => {
    const paths = [...files.keys()].filter((path) => NATIVE.test(path));
    const { platform = '', arch = '', binaries = [] } = native ?? {};
    const binary = (name: string) => `${ONNXRUNTIME}/${platform}/${arch}/${name}`;
    expect(paths.sort()).toEqual(binaries.map((name) => `extension/${binary(name)}`).sort());
    for (const name of binaries) {
      const original = readFileSync(join(root, binary(name).replace('dist/', '')));
      expect(files.get(`extension/${binary(name)}`)!.equals(original), name).toBe(true);
    }
  });

  test('is not too large', () => {
    expect(vsix.megabytes).toBeLessThan(MAXIMUM_MEGABYTES[target] ?? 25);
  });

  test('names its target where VS Code and marketplaces look for it', () => {
    const [, named] = /TargetPlatform="([^"]*)"/.exec(textOf('extension.vsixmanifest')) ?? [];
    expect(named).toBe(target === UNIVERSAL ? undefined : target);
    expect(vsix.path).toBe(join(folder, vsixName(target)));
  });

  test('has no sources, tests, maps or types in it', () => {
    const paths = [...files.keys()];
    expect(paths.filter((path) => /\.(map|tsx?|py)$|(^|\/)(src|test|scripts|interop)\//.test(path))).toEqual([]);
    expect(paths.filter((path) => path.includes('node_modules/onnxruntime-node/script'))).toEqual([]);
  });

  test('passes on the notices of those whose code it carries', () => {
    expect(textOf('extension/THIRD_PARTY_NOTICES.txt')).toMatch(/^- preact /m);
    const ofBinaries = [...files.keys()].filter((path) => path.endsWith('onnxruntime-node/ThirdPartyNotices.txt'));
    expect(ofBinaries).toHaveLength(native === undefined ? 0 : 1);
  });

  test('has a manifest without what belongs to the repository', () => {
    const manifest = JSON.parse(textOf('extension/package.json'));
    expect(manifest).toMatchObject({ name: 'inkling', main: './dist/extension.cjs', pricing: 'Free' });
    for (const key of ['scripts', 'devDependencies', 'private']) expect(manifest).not.toHaveProperty(key);
    for (const path of [manifest.main, manifest.icon])
      expect([...files.keys()]).toContain(`extension/${path.replace('./', '')}`);
  });

  test('knows whether it can run the LSTM', () => {
    expect(hasNativePart(join(stage, 'dist'))).toBe(target === hostTarget() && native !== undefined);
  });
});

describe.each(TARGETS.filter((target) => target !== UNIVERSAL))('of onnxruntime for %s', (target) => {
  const { platform, arch, binaries } = nativeTarget(target)!;

  test('what is packed is what its binding asks for, or what that asks for', () => {
    const there = join(root, 'node_modules', 'onnxruntime-node', 'bin', 'napi-v6', platform, arch);
    const needed = new Set(['onnxruntime_binding.node']);
    for (const name of needed) {
      const bytes = readFileSync(join(there, name));
      // Names are strings that end with a zero byte, in tables of imports and where libraries are loaded by hand.
      const asksFor = (other: string) => bytes.includes(`${other}\0`) || bytes.includes(Buffer.from(other, 'utf16le'));
      for (const other of readdirSync(there)) if (asksFor(other)) needed.add(other);
    }
    expect([...needed].sort()).toEqual([...binaries].sort());
  });
});

test('targets are named one by one, all at once, or not: then it is that of this machine', () => {
  expect(targetsNamed([])).toEqual([hostTarget()]);
  expect(targetsNamed(['win32-arm64', 'universal', 'universal'])).toEqual(['win32-arm64', 'universal']);
  expect(targetsNamed(['all'])).toEqual(TARGETS);
  expect(() => targetsNamed(['linux-armhf'])).toThrow('There is no target linux-armhf: name all, or of linux-x64,');
});
