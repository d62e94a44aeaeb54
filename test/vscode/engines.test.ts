import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect } from 'vitest';
import { VERSIONS, type Version } from '../../scripts/setupVscode.ts';
import { makeWorkspace } from '../inhost/workspace.ts';
import { swiftshaderEnvironment, withoutSwiftshader } from '../support/swiftshader.ts';
import { DashboardPage } from './dashboardPage.ts';
import { testOfOne } from './fixtures.ts';
import { canRun, skipped } from './platform.ts';
import { until, type Workbench } from './workbench.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const COMMAND = 'Inkling: Install TensorFlow Engine…';
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
/** What engines are called. */
const onnx = `ONNX Runtime ${manifest.dependencies['onnxruntime-node']}`;
const tensorflow = `TensorFlow (tfjs-node ${manifest.optionalDependencies['@tensorflow/tfjs-node']})`;
/** A tfjs-node that works, from `npm run setup:tensorflow`. */
const installed = join(root, '.cache', 'tensorflow');
const without = existsSync(installed) ? '' : ' (skipped: there is no tfjs-node; see npm run setup:tensorflow)';

interface Engine {
  readonly version?: Version;
  readonly engine?: string;
  readonly device?: string;
  readonly tensorflow?: string;
  readonly environment?: Readonly<Record<string, string>>;
}

const test = testOfOne.extend(
  'openWith',
  ({ folder, open }) =>
    async ({
      version = VERSIONS[0],
      engine = 'tensorflow',
      device = 'auto',
      tensorflow = '',
      environment = {},
    }: Engine = {}) => {
      makeWorkspace(folder);
      const workbench = await open({
        name: 'engines',
        version,
        workspace: join(folder, 'client'),
        patience: 30_000,
        settings: {
          'security.workspace.trust.enabled': false,
          'inkling.training.minutes': 0.1,
          'inkling.training.hidden': 32,
        },
        machineSettings: {
          'inkling.training.engine': engine,
          'inkling.training.device': device,
          'inkling.tensorflow.path': tensorflow,
          'terminal.integrated.env.linux': { PATH: `${folder}${delimiter}${process.env['PATH']}` },
        },
        environment: () => ({ INKLING_TENSORFLOW: '', ...environment }),
      });
      await workbench.statusItem.waitFor({ timeout: 60_000 });
      return workbench;
    },
);

describe.skipIf(!canRun)(`Engines in VS Code${skipped}`, () => {
  test('say so when npm could not install TensorFlow, and train without it', async ({ folder, openWith }) => {
    const workbench = await openWith();
    npmDoes(folder, 'exit 1');
    await install(workbench, 'TensorFlow was not installed');
    await trains(workbench, onnx, /(?:)/);
  });

  test.skipIf(without)(
    `train with TensorFlow once it is installed, again and again${without}`,
    async ({ folder, openWith }) => {
      const workbench = await openWith();
      npmDoes(folder, `ln -s "${join(installed, 'node_modules')}" node_modules`);
      await install(workbench, 'works');
      await trains(workbench, tensorflow, /(?:)/, 2);
    },
  );

  test.skipIf(without)(
    `train with the TensorFlow that a setting names, on Node 20 too${without}`,
    async ({ openWith }) => {
      const workbench = await openWith({ version: VERSIONS.at(-1)!, tensorflow: installed });
      await trains(workbench, tensorflow, /(?:)/);
    },
  );

  // The driver computes on the processor, which others may need as well.
  test.skipIf(withoutSwiftshader)(
    `train on a GPU, again and again${withoutSwiftshader}`,
    { timeout: 600_000 },
    async ({ openWith }) => {
      const workbench = await openWith({ engine: 'onnx', device: 'gpu', environment: swiftshaderEnvironment() });
      await trains(workbench, `${onnx}, WebGPU`, /(?:)/, 2);
      await workbench.reload();
      await until(async () => /ready|are off/.test(await workbench.status()), 'the model to serve again', 60_000);
      expect(workbench.server.log()).not.toMatch(/terminated unexpectedly|exited with code: [^0]/);
    },
  );

  test('train without a TensorFlow that is broken, and say why', async ({ folder, openWith }) => {
    const broken = join(folder, 'node_modules', '@tensorflow', 'tfjs-node');
    mkdirSync(broken, { recursive: true });
    writeFileSync(join(broken, 'package.json'), '{ "name": "@tensorflow/tfjs-node", "version": "4.22.0" }');
    const workbench = await openWith({ tensorflow: folder });
    await trains(workbench, onnx, /TensorFlow \(tfjs-node 4\.22\.0\).*not used.*incomplete/);
  });
});

/** Puts something in the place of npm, which would download for minutes. */
function npmDoes(folder: string, line: string): void {
  const npm = join(folder, 'npm');
  writeFileSync(npm, `#!/bin/sh\necho "npm $*"\n${line}\n`);
  chmodSync(npm, 0o755);
}

async function install(workbench: Workbench, result: string): Promise<void> {
  await workbench.choose(COMMAND, 'CPU');
  await workbench.toasts.filter({ hasText: result }).waitFor({ timeout: 60_000 });
  await workbench.shot(result.replaceAll(' ', '-'));
  await workbench.command('Notifications: Clear All Notifications');
  await workbench.command('View: Toggle Panel Visibility');
}

async function train(workbench: Workbench): Promise<void> {
  await until(async () => /\d+%/.test(await workbench.statusItem.innerText()), 'training', 150_000);
  await until(async () => /ready|are off/.test(await workbench.status()), 'the end of training', 90_000);
}

/** Trains, and tells with what. The second training finds native code as the first has left it. */
async function trains(workbench: Workbench, engine: string, others: RegExp, times: 1 | 2 = 1): Promise<void> {
  const dashboard = new DashboardPage(workbench);
  const shown = dashboard.panel.locator('dt:text-is("Engine") + dd').first();
  await workbench.command('Inkling: Train on Workspace');
  await train(workbench);
  await workbench.command('Inkling: Show Dashboard');
  await dashboard.tab('Run').click();
  await until(async () => (await shown.innerText()) === engine, `the engine ${engine}`);
  if (times === 2) {
    await dashboard.button('Train').click();
    await train(workbench);
  }
  await workbench.shot('dashboard');
  expect(await shown.innerText()).toBe(engine);
  expect(await dashboard.panel.locator('.other-engines').allInnerTexts()).toEqual(
    others.source === '(?:)' ? [] : [expect.stringMatching(others)],
  );
}
