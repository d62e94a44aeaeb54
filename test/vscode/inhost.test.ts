import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { bundleInhost, EXTENSION } from '../../scripts/bundleInhost.ts';
import { readResults } from '../inhost/results.ts';
import { ENVIRONMENT, makeWorkspace } from '../inhost/workspace.ts';
import { testOfOne, version } from './fixtures.ts';
import { canRun, skipped } from './platform.ts';
import { openBrowser, Server } from './server.ts';

describe.skipIf(!canRun)(`The suite inside the extension host${skipped}`, () => {
  testOfOne(`passes in VS Code ${version.vscode}`, async ({ folder: workspace }) => {
    const file = makeWorkspace(workspace);
    const results = join(workspace, 'results.json');
    const suite = await bundleInhost(version.vscode);
    const server = await Server.start({
      version,
      builtin: true,
      environment: (folder) => ({
        [ENVIRONMENT.workspace]: workspace,
        [ENVIRONMENT.results]: results,
        [ENVIRONMENT.storages]: join(folder, 'data', 'User', 'workspaceStorage'),
      }),
      // Without the driver, the newest version refuses to run tests.
      flags: ['--disable-workspace-trust', '--enable-smoke-test-driver'],
    });
    const { browser, page } = await openBrowser();
    try {
      const ended = new Promise<number>((resolve) => {
        void page.exposeFunction('codeAutomationLog', () => {});
        void page.exposeFunction('codeAutomationExit', (code: number) => resolve(code));
      });
      const remote = (path: string) => `vscode-remote://${new URL(server.url).host}${path}`;
      const payload = [
        ['extensionDevelopmentPath', remote(EXTENSION)],
        ['extensionTestsPath', remote(suite)],
      ];
      const query = new URLSearchParams({ workspace: file, payload: JSON.stringify(payload) });
      await page.goto(`${server.url}/?${query}`);
      const code = await ended;
      const { passed, failed } = readResults(results);
      console.log(passed.join('\n'));
      expect(failed).toEqual([]);
      expect(code).toBe(0);
    } finally {
      await browser.close();
      await server.stop();
    }
  });
});
