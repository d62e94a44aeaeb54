import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { downloadAndUnzipVSCode, runTests } from '@vscode/test-electron';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { bundleInhost, EXTENSION } from '../../scripts/bundleInhost.ts';
import { readResults } from '../inhost/results.ts';
import { ENVIRONMENT, makeWorkspace } from '../inhost/workspace.ts';

/** Electron needs a screen to draw on. */
const hasScreen = process.platform !== 'linux' || 'DISPLAY' in process.env || 'WAYLAND_DISPLAY' in process.env;

describe('The suite inside the extension host of desktop VS Code', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'inkling-desktop-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 }));

  test.for(['stable', '1.100.3'])('passes in %s', async (version, { skip }) => {
    const vscodeExecutablePath = await downloadAndUnzipVSCode({ version, timeout: 30_000 }).catch((error: unknown) =>
      skip(`VS Code cannot be downloaded here: ${error instanceof Error ? error.message : error}`),
    );
    if (!hasScreen) skip('there is no screen here: run it under xvfb-run');
    const workspace = join(folder, 'workspace');
    const data = join(folder, 'data');
    const results = join(folder, 'results.json');
    const code = await runTests({
      vscodeExecutablePath,
      extensionDevelopmentPath: EXTENSION,
      extensionTestsPath: await bundleInhost(),
      launchArgs: [
        makeWorkspace(workspace),
        '--disable-workspace-trust',
        ...['--user-data-dir', data, '--extensions-dir', join(folder, 'extensions')],
        ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
      ],
      extensionTestsEnv: {
        [ENVIRONMENT.workspace]: workspace,
        [ENVIRONMENT.storages]: join(data, 'User', 'workspaceStorage'),
        [ENVIRONMENT.results]: results,
      },
    });
    expect(readResults(results).failed).toEqual([]);
    expect(code).toBe(0);
  });
});
