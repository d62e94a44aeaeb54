import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { hostTarget } from '../../scripts/targets.ts';
import { vsixName } from '../../scripts/vsix.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** The package of this platform; `npm run package` makes it. */
export const vsix = join(root, vsixName(hostTarget()));

/** The browser that npm offers for VS Code's workbench is built for this platform alone. */
export const canRun = process.platform === 'linux' && process.arch === 'x64';

/** What titles of tests end with where these cannot run. */
export const skipped = canRun ? '' : ' (skipped: the browser of npm runs on Linux x64 only)';
