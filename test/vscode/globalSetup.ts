import chromium from '@sparticuz/chromium';
import { installVscode, VERSIONS } from '../../scripts/setupVscode.ts';
import { canRun } from './platform.ts';

/** Installs once what all files of tests share, as these run beside each other. */
export async function setup(): Promise<void> {
  if (!canRun) return;
  for (const version of VERSIONS) installVscode(version);
  await chromium.executablePath(); // unpacks it
}
