import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

/** The package of this platform; `npm run package` makes it. */
export const vsix = join(root, `inkling-${process.platform}-${process.arch}-${version}.vsix`);

/** The browser that npm offers for VS Code's workbench is built for this platform alone. */
export const canRun = process.platform === 'linux' && process.arch === 'x64';

/** What titles of tests end with where these cannot run. */
export const skipped = canRun ? '' : ' (skipped: the browser of npm runs on Linux x64 only)';
