import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { FrameLocator } from 'playwright-core';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { VERSIONS, type Version } from '../../scripts/setupVscode.ts';
import { makeWorkspace } from '../inhost/workspace.ts';
import { swiftshaderEnvironment, withoutSwiftshader } from '../support/swiftshader.ts';
import { canRun, skipped, vsix } from './platform.ts';
import { until, Workbench } from './workbench.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const COMMAND = 'Inkling: Install TensorFlow Engine…';
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
/** What engines are called. */
const onnx = `ONNX Runtime ${manifest.dependencies['onnxruntime-node']}`;
const tensorflow = `TensorFlow (tfjs-node ${manifest.optionalDependencies['@tensorflow/tfjs-node']})`;
/** A tfjs-node that works, from `npm run setup:tensorflow`. */
const installed = join(root, '.cache', 'tensorflow');
const without = existsSync(installed) ? '' : ' (skipped: there is no tfjs-node; see npm run setup:tensorflow)';

describe.skipIf(!canRun)(`Engines in VS Code${skipped}`, () => {
  let folder: string;
  let workbench: Workbench;
  /** In the place of npm, which would download for minutes. */
  let npm: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'inkling-workspace-'));
    npm = join(folder, 'npm');
    makeWorkspace(folder);
  });

  afterEach(async ({ task }) => {
    if (task.result?.state === 'fail') await workbench?.shot('FAILED');
    await workbench?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  async function open({
    version = VERSIONS[0] as Version,
    engine = 'tensorflow',
    device = 'auto',
    tensorflow = '',
    environment = {},
  } = {}): Promise<void> {
    workbench = await Workbench.open({
      version,
      vsix,
      workspace: join(folder, 'client'),
      shots: join(root, '.cache', 'screenshots', `engines-${version.vscode}`),
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
    workbench.page.setDefaultTimeout(30_000);
    await workbench.statusItem.waitFor({ timeout: 60_000 });
  }

  function npmDoes(line: string): void {
    writeFileSync(npm, `#!/bin/sh\necho "npm $*"\n${line}\n`);
    chmodSync(npm, 0o755);
  }

  async function install(result: string): Promise<void> {
    await workbench.choose(COMMAND, 'CPU');
    await workbench.toasts.filter({ hasText: result }).waitFor({ timeout: 60_000 });
    await workbench.shot(result.replaceAll(' ', '-'));
    await workbench.command('Notifications: Clear All Notifications');
    await workbench.command('View: Toggle Panel Visibility');
  }

  async function train(): Promise<void> {
    await until(async () => /\d+%/.test(await workbench.statusItem.innerText()), 'training', 60_000);
    await until(async () => /ready|are off/.test(await workbench.status()), 'the end of training', 90_000);
  }

  const panel = (): FrameLocator =>
    workbench.page.locator('iframe.webview.ready').first().contentFrame().frameLocator('iframe#active-frame');
  const fact = (name: string) => panel().locator(`dt:text-is("${name}") + dd`).first();

  async function trainsTwice(engine: string, others: RegExp): Promise<void> {
    await workbench.command('Inkling: Train on Workspace');
    await train();
    await workbench.command('Inkling: Show Dashboard');
    await panel().getByRole('tab', { name: 'Run', exact: true }).click();
    await until(async () => (await fact('Engine').innerText()) === engine, `the engine ${engine}`);
    await panel().getByRole('button', { name: 'Train', exact: true }).first().click();
    await train();
    await workbench.shot('dashboard');
    expect(await fact('Engine').innerText()).toBe(engine);
    expect(await panel().locator('.other-engines').allInnerTexts()).toEqual(
      others.source === '(?:)' ? [] : [expect.stringMatching(others)],
    );
  }

  test('say so when npm could not install TensorFlow, and train without it', async () => {
    await open();
    npmDoes('exit 1');
    await install('TensorFlow was not installed');
    await trainsTwice(onnx, /(?:)/);
  });

  test.skipIf(without)(`train with TensorFlow once it is installed, again and again${without}`, async () => {
    await open();
    npmDoes(`ln -s "${join(installed, 'node_modules')}" node_modules`);
    await install('works');
    await trainsTwice(tensorflow, /(?:)/);
  });

  test.skipIf(without)(`train with the TensorFlow that a setting names, on Node 20 too${without}`, async () => {
    await open({ version: VERSIONS.at(-1)!, tensorflow: installed });
    await trainsTwice(tensorflow, /(?:)/);
  });

  test.skipIf(withoutSwiftshader)(`train on a GPU, again and again${withoutSwiftshader}`, async () => {
    await open({ engine: 'onnx', device: 'gpu', environment: swiftshaderEnvironment() });
    await trainsTwice(`${onnx}, WebGPU`, /(?:)/);
    await workbench.reload();
    await until(async () => /ready|are off/.test(await workbench.status()), 'the model to serve again', 60_000);
    expect(workbench.server.log()).not.toMatch(/terminated unexpectedly|exited with code: [^0]/);
  });

  test('train without a TensorFlow that is broken, and say why', async () => {
    const broken = join(folder, 'node_modules', '@tensorflow', 'tfjs-node');
    mkdirSync(broken, { recursive: true });
    writeFileSync(join(broken, 'package.json'), '{ "name": "@tensorflow/tfjs-node", "version": "4.22.0" }');
    await open({ tensorflow: folder });
    await trainsTwice(onnx, /TensorFlow \(tfjs-node .*not used.*incomplete/);
  });
});
