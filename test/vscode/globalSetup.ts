import { join } from 'node:path';
import chromium from '@sparticuz/chromium';
import type { TestProject } from 'vitest/node';
import { VERSIONS } from '../../scripts/setupVscode.ts';
import { makeFolder, removeFolder } from '../support/temporaryFolder.ts';
import { canRun, vsix } from './platform.ts';
import { installExtensions } from './server.ts';

/** Installs once what all files of tests share, as these run beside each other. */
export default async function setup(project: TestProject): Promise<(() => void) | undefined> {
  if (!canRun) return undefined;
  await chromium.executablePath(); // unpacks it
  const folder = makeFolder('installed');
  const tearDown = () => removeFolder(folder);
  try {
    const installed = VERSIONS.map((version) => [
      version.vscode,
      installExtensions(join(folder, version.vscode), version, [vsix]),
    ]);
    project.provide('installed', Object.fromEntries(installed));
  } catch (error) {
    tearDown();
    throw error;
  }
  return tearDown;
}
