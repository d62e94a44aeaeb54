import Mocha from 'mocha';
import { ENVIRONMENT } from './workspace.ts';

/** What VS Code runs inside the extension host. The results go to a file, as VS Code's own words are many. */
export async function run(): Promise<void> {
  const output = process.env[ENVIRONMENT.results]!;
  const mocha = new Mocha({ ui: 'bdd', timeout: 120_000, bail: true, reporter: 'json', reporterOptions: { output } });
  mocha.suite.emit('pre-require', globalThis, '', mocha);
  await import('./river.ts');
  const failures = await new Promise<number>((resolve) => mocha.run(resolve));
  if (failures > 0) throw new Error(`${failures} tests failed`);
}
