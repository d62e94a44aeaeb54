import { mkdir, writeFile } from 'node:fs/promises';
import * as vscode from 'vscode';
import type { DeviceReport } from '../../protocol/training.ts';
import { tensorflowPath } from '../settings/settings.ts';

/** What the ONNX engine is proven equal with. */
const VERSION = '4.22.0';

/** The tfjs-node that a user has, or lets be installed into the extension's storage. */
export class TensorflowInstallation implements vscode.Disposable {
  readonly #folder: vscode.Uri;
  readonly #devices: () => Promise<readonly DeviceReport[]>;
  #installing: vscode.Disposable | undefined;

  /**
   * @param storage of the extension, for all workspaces
   * @param devices finds, checks and times the engines
   */
  constructor(storage: vscode.Uri, devices: () => Promise<readonly DeviceReport[]>) {
    this.#folder = vscode.Uri.joinPath(storage, 'tensorflow');
    this.#devices = devices;
  }

  /** Where a tfjs-node may be, in the order of preference: the setting, the environment, what was installed from here. */
  folders(): string[] {
    const named = [tensorflowPath(), process.env['INKLING_TENSORFLOW']];
    return [...named.filter((path) => path !== undefined && path !== ''), this.#folder.fsPath] as string[];
  }

  /** Lets npm install it in a terminal that the user sees, and checks the result when that has ended. */
  async install(): Promise<void> {
    const packages = [
      { label: 'CPU', description: '@tensorflow/tfjs-node', detail: vscode.l10n.t('For any processor; 380 MB.') },
      {
        label: 'GPU',
        description: '@tensorflow/tfjs-node-gpu',
        detail: vscode.l10n.t('For an NVIDIA GPU with CUDA 11.2 and cuDNN 8.1, on Linux or Windows.'),
      },
    ];
    const chosen = await vscode.window.showQuickPick(packages, {
      title: vscode.l10n.t('Install TensorFlow Engine'),
      matchOnDescription: true,
      placeHolder: vscode.l10n.t('npm downloads it in a terminal; Inkling itself uses no network.'),
    });
    if (chosen === undefined) return;
    await mkdir(this.#folder.fsPath, { recursive: true });
    await writeFile(vscode.Uri.joinPath(this.#folder, 'package.json').fsPath, '{ "private": true }\n');
    const [source, args] = ['npm', ['install', '--no-audit', '--no-fund', `${chosen.description}@${VERSION}`]];
    const task = new vscode.Task(
      { type: 'inkling' },
      vscode.TaskScope.Workspace,
      vscode.l10n.t('Install TensorFlow Engine'),
      source,
      new vscode.ShellExecution(source, args, { cwd: this.#folder.fsPath }),
    );
    task.presentationOptions = { reveal: vscode.TaskRevealKind.Always, clear: true };
    this.#installing?.dispose();
    const execution = await vscode.tasks.executeTask(task);
    this.#installing = vscode.tasks.onDidEndTaskProcess((ended) => {
      if (ended.execution !== execution) return;
      this.#installing?.dispose();
      void this.check();
    });
  }

  /** Tells the user whether TensorFlow can be used. */
  async check(): Promise<void> {
    const report = (await this.#devices()).find(({ engine }) => engine === 'tensorflow');
    if (report === undefined) {
      void vscode.window.showWarningMessage(
        vscode.l10n.t('TensorFlow was not installed. Inkling trains with ONNX Runtime as before.'),
      );
    } else if (report.problem !== undefined) {
      void vscode.window.showWarningMessage(
        vscode.l10n.t('{0} does not work here: {1}. Inkling trains with ONNX Runtime.', report.title, report.problem),
      );
    } else {
      void vscode.window.showInformationMessage(
        vscode.l10n.t('{0} works. The next training uses it where it is the fastest.', report.title),
      );
    }
  }

  dispose(): void {
    this.#installing?.dispose();
  }
}
