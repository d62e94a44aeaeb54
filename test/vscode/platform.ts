/** The browser that npm offers for VS Code's workbench is built for this platform alone. */
export const canRun = process.platform === 'linux' && process.arch === 'x64';

/** What titles of tests end with where these cannot run. */
export const skipped = canRun ? '' : ' (skipped: the browser of npm runs on Linux x64 only)';
