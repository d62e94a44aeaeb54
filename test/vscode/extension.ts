import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createVSIX } from '@vscode/vsce';
import { build } from 'esbuild';

/**
 * Packs a TypeScript file as an extension of its own, which VS Code loads before any other: to measure Inkling, or to do
 * things to it, from inside the extension host.
 *
 * @param entry exports `activate`
 * @param folder an existing, empty one
 * @returns the `.vsix`
 */
export async function packExtension(entry: string, folder: string): Promise<string> {
  const outfile = join(folder, 'extension.cjs');
  await build({ entryPoints: [entry], outfile, bundle: true, platform: 'node', format: 'cjs', external: ['vscode'] });
  const manifest = {
    name: 'helper',
    publisher: 'inkling-test',
    version: '0.0.1',
    license: 'MIT',
    engines: { vscode: '^1.100.0' },
    main: './extension.cjs',
    activationEvents: ['*'],
    extensionKind: ['workspace'],
    capabilities: { untrustedWorkspaces: { supported: true } },
  };
  writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest));
  writeFileSync(join(folder, 'README.md'), 'For tests.');
  writeFileSync(join(folder, 'LICENSE'), 'MIT');
  writeFileSync(join(folder, '.vscodeignore'), '*.vsix');
  const packagePath = join(folder, 'helper.vsix');
  await createVSIX({
    cwd: folder,
    packagePath,
    dependencies: false,
    allowMissingRepository: true,
    allowStarActivation: true,
  });
  return packagePath;
}
