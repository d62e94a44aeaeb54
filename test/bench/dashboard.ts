/**
 * What the open dashboard costs a training, inside a real VS Code: trainings of rxjs with 1×256, one with the page open on
 * its curves and one without it, in turns. And how long after a key the page shows the next characters.
 *
 *     npm run bench:dashboard [-- --pairs 5]
 */
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { VERSIONS } from '../../scripts/setupVscode.ts';
import { vsix } from '../vscode/platform.ts';
import { until, Workbench } from '../vscode/workbench.ts';

const { values } = parseArgs({ options: { pairs: { type: 'string', default: '5' } } });
const root = fileURLToPath(new URL('../..', import.meta.url));
const workspace = mkdtempSync(join(tmpdir(), 'inkling-bench-'));
cpSync(join(root, 'node_modules', 'rxjs', 'src'), workspace, { recursive: true });
const workbench = await Workbench.open({
  version: VERSIONS[0],
  vsix,
  workspace,
  shots: join(root, '.cache', 'bench', 'screenshots'),
  settings: {
    'security.workspace.trust.enabled': false,
    'inkling.training.minutes': 0.3,
    'inkling.training.hidden': 256,
    'inkling.training.layers': 1,
  },
});
try {
  await workbench.page.setViewportSize({ width: 1800, height: 1000 });
  await workbench.statusItem.waitFor({ timeout: 60_000 });
  await speedOfTraining(); // the first one measures the machine
  const ratios: number[] = [];
  for (let pair = 1; pair <= Number(values.pairs); pair++) {
    // What comes first changes, as machines get warm.
    const order = pair % 2 === 1 ? [true, false] : [false, true];
    const speeds = new Map<boolean, number>();
    for (const isOpen of order) {
      await show(isOpen);
      speeds.set(isOpen, await speedOfTraining());
    }
    ratios.push(speeds.get(false)! / speeds.get(true)! - 1);
    console.log(
      `pair ${pair}: ${speeds.get(true)!.toFixed(0)} characters per second with the page open, ` +
        `${speeds.get(false)!.toFixed(0)} without: ${percent(ratios.at(-1)!)} more time`,
    );
  }
  const delays = await delaysAfterKeys();
  const sorted = ratios.toSorted((a, b) => a - b);
  console.log(`${cpus()[0]?.model}, ${cpus().length} cores, VS Code ${VERSIONS[0].vscode}`);
  console.log(`The open page adds ${percent(sorted[Math.floor(sorted.length / 2)]!)} to training time (median)`);
  console.log(`It follows a key after ${delays[30]} ms (median), ${delays[57]} ms at the 95th percentile`);
} finally {
  await workbench.close();
  rmSync(workspace, { recursive: true, force: true });
}

/** Milliseconds from each of sixty keys to the next change of what the page expects next, shortest first. */
async function delaysAfterKeys(): Promise<number[]> {
  const { page } = workbench;
  await show(false);
  await workbench.openFile('index.ts');
  await show(true);
  const dashboard = page.locator('iframe.webview.ready').first().contentFrame().frameLocator('iframe#active-frame');
  await dashboard.getByRole('tab', { name: 'Next Character' }).click();
  await workbench.command('View: Focus First Editor Group');
  await page.keyboard.press('Control+End');
  await page.keyboard.press('Enter');
  const changes = dashboard.locator('body');
  await changes.evaluate((body) => {
    const times: number[] = [];
    Object.assign(globalThis, { times });
    // Runs in the page, which has one.
    const { MutationObserver } = globalThis as unknown as {
      MutationObserver: new (callback: () => void) => { observe(node: unknown, options: object): void };
    };
    new MutationObserver(() => times.push(Date.now())).observe(body, {
      subtree: true,
      childList: true,
      characterData: true,
    });
  });
  const keys: number[] = [];
  for (const character of "export { combineLatest } from './internal/observable/combin") {
    keys.push(Date.now());
    await page.keyboard.type(character);
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
  const times = await changes.evaluate(() => (globalThis as unknown as { times: number[] }).times);
  const delays = keys.map((key) => (times.find((time) => time >= key) ?? Number.POSITIVE_INFINITY) - key);
  return delays.sort((a, b) => a - b);
}

async function show(isOpen: boolean): Promise<void> {
  const tab = workbench.page.locator('.tabs-container .tab', { hasText: 'Inkling' });
  if (isOpen) {
    await workbench.command('Inkling: Show Dashboard');
    const page = workbench.page.locator('iframe.webview.ready').first().contentFrame();
    await page.frameLocator('iframe#active-frame').getByRole('tab', { name: 'Curves' }).click();
  } else if ((await tab.count()) > 0) {
    await tab.first().click({ button: 'middle' });
    await tab.waitFor({ state: 'detached' });
  }
}

/** Trains once; characters per second from the first to the last step. */
async function speedOfTraining(): Promise<number> {
  const before = results().length;
  await workbench.command('Inkling: Train on Workspace');
  await until(() => results().length > before, 'the end of training', 120_000);
  return results().at(-1)!;
}

/** Speeds of all trainings that have ended, in their order. */
function results(): number[] {
  const storages = join(workbench.folder, 'data', 'User', 'workspaceStorage');
  const files = readdirSync(storages, { recursive: true, encoding: 'utf8' }).filter((path) =>
    /runs.\d+-\w+\.json$/.test(path),
  );
  return files.sort().flatMap((path) => {
    const { run } = JSON.parse(readFileSync(join(storages, path), 'utf8'));
    return run.result === undefined ? [] : [run.result.charactersPerSecond as number];
  });
}

function percent(part: number): string {
  return `${(100 * part).toFixed(1)} %`;
}
