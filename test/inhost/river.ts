import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, afterEach, before, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { CALLS, ENVIRONMENT, LEARNT, MODULES, REPORT, REPORTS, SETTINGS } from './workspace.ts';

const workspace = process.env[ENVIRONMENT.workspace]!;
const storages = process.env[ENVIRONMENT.storages]!;
const { executeCommand } = vscode.commands;
/** A suggestion that has been there for less time says nothing when it is typed past. */
const READ_MILLISECONDS = 400;

describe('Inkling inside the extension host', () => {
  it('is there, with every command that its manifest names', async () => {
    const extension = vscode.extensions.getExtension('inkling.inkling');
    await extension!.activate();
    const commands = await vscode.commands.getCommands(true);
    const named: { command: string }[] = extension!.packageJSON.contributes.commands;
    assert.deepEqual(
      named.map(({ command }) => command).filter((command) => !commands.includes(command)),
      [],
    );
  });

  describe('trains', () => {
    const edited = join(workspace, MODULES[0]!);
    const environment = { ...process.env };

    before(async () => {
      // The folders of a .code-workspace may come only after the extensions.
      await until(() => vscode.workspace.workspaceFolders?.length === 2, 'the folders of the workspace');
      const editor = await open(edited);
      await editor.edit((edit) => edit.insert(new vscode.Position(0, 0), '// not saved\n'));
      await executeCommand('inkling.train');
    });
    after(() => executeCommand('workbench.action.revertAndCloseActiveEditor'));

    it('on the files of all folders, but for those that git, the editor and the settings exclude', () => {
      assert.deepEqual(
        learnt().map(([path]) => path),
        LEARNT.toSorted(),
      );
    });

    it('on what is saved', () => {
      const saved = createHash('sha256').update(readFileSync(edited, 'utf8')).digest('base64');
      assert.equal(new Map(learnt()).get(MODULES[0]!), saved);
    });

    it('without a variable that programs started from here would see', () => {
      // The environment itself has a prototype of its own in Node.js 20.
      assert.deepEqual({ ...process.env }, environment);
    });

    it('and keeps a record of it, with what the network wrote', async () => {
      await until(() => /^(budget|early-stop)$/.test(recorded()[0]?.run.outcome ?? ''), 'the record of the training');
      const [{ run, evaluations }] = recorded() as [Recorded];
      assert.equal(run.hidden, SETTINGS['inkling.training.hidden']);
      assert.ok(evaluations.length > 0);
      assert.deepEqual(
        evaluations.filter(({ sample }) => sample === ''),
        [],
      );
      await until(() => recorded()[0]!.run.baselines !== undefined, 'what the network has to beat');
    });
  });

  describe('completes', () => {
    const RETURN = '  return this.repository.';
    const FUNCTION = `export function loadCustomer(identifier: string): Promise<Customer> {\n${RETURN}`;
    const BEGINNING = `${FUNCTION}findCust`;
    const LINE = `${RETURN}${CALLS[0]}`;

    afterEach(() => executeCommand('workbench.action.closeAllEditors'));

    it('what the workspace says', async () => {
      const editor = await open(join(workspace, MODULES[1]!));
      await writeAtEnd(editor, BEGINNING);
      await until(() => complete(editor, 'commit'), 'a suggestion');
      assertBegins(LINE, lastLine(editor));
    });

    it('a word at a time, which counts as accepted', async () => {
      const editor = await open(join(workspace, MODULES[2]!));
      await writeAtEnd(editor, BEGINNING);
      const outcomes = await outcomesOf(async () => {
        await until(() => complete(editor, 'acceptNextWord'), 'a word');
        assert.match(lastLine(editor), /findCustomer\w+$/);
        await until(() => complete(editor, 'commit'), 'the rest');
      });
      assertBegins(LINE, lastLine(editor));
      assert.deepEqual(
        outcomes.filter(({ type }) => type !== 'shown').map(({ type, isWhole }) => [type, isWhole]),
        [
          ['accepted', false],
          ['accepted', true],
        ],
      );
      const characters = outcomes.reduce((sum, { characters = 0 }) => sum + characters, 0);
      assert.equal(characters, lastLine(editor).length - `${RETURN}findCust`.length);
    });

    it('on while what it suggests is typed, without asking again before that could be read', async () => {
      const answers: { ranModel: boolean; suggestions: number; at: number }[] = [];
      const listen = (answer: unknown) =>
        void answers.push({ ...(answer as (typeof answers)[number]), at: performance.now() });
      const editor = await open(join(workspace, MODULES[4]!));
      await writeAtEnd(editor, FUNCTION);
      subscribe('inkling:answer', listen);
      // VS Code asks when something is typed.
      for (const character of 'findCust') {
        const before = answers.length;
        await executeCommand('type', { text: character });
        await until(() => answers.length > before, 'an answer');
      }
      unsubscribe('inkling:answer', listen);
      const first = answers.findIndex(({ suggestions }) => suggestions > 0);
      assert.ok(first >= 0 && first < 4, JSON.stringify(answers));
      const after = answers.slice(first + 1);
      const askedAt = after.filter(({ ranModel }) => ranModel).map(({ at }) => at - answers[first]!.at);
      assert.ok(
        askedAt.every((milliseconds) => milliseconds > READ_MILLISECONDS),
        JSON.stringify(answers),
      );
      assert.ok(
        after.every(({ suggestions }) => suggestions > 0),
        JSON.stringify(answers),
      );
    });

    it('one of several, where it is asked for them', async () => {
      const taken: string[] = [];
      const editor = await open(join(workspace, MODULES[3]!));
      await writeAtEnd(editor, FUNCTION);
      const before = editor.document.getText();
      // In the same place again and again: both are as probable, and which comes first must not change.
      const undo = async () => {
        await executeCommand('undo');
        assert.equal(editor.document.getText(), before);
      };
      for (const how of ['commit', 'next'] as const) {
        await until(async () => {
          if (!(await complete(editor, how))) return false;
          const line = lastLine(editor);
          await undo();
          // While the answer is on its way there is no next one, and the first is taken.
          if (taken.includes(line)) return false;
          taken.push(line);
          return true;
        }, `a suggestion: ${how}`);
      }
      await executeCommand('workbench.action.revertAndCloseActiveEditor');
      const whole = CALLS.map((call) => `${RETURN}${call}`).toSorted();
      for (const [index, line] of taken.toSorted().entries()) assertBegins(whole[index]!, line);
    });

    it('in a document that has no file', async () => {
      const document = await vscode.workspace.openTextDocument({ language: 'typescript', content: '' });
      const editor = await vscode.window.showTextDocument(document);
      await writeAtEnd(editor, BEGINNING);
      await until(() => complete(editor, 'commit'), 'a suggestion');
      assertBegins(LINE, lastLine(editor));
    });

    it('in the cell of a notebook', async () => {
      const cell = new vscode.NotebookCellData(vscode.NotebookCellKind.Code, BEGINNING, 'typescript');
      const notebook = await vscode.workspace.openNotebookDocument('jupyter-notebook', new vscode.NotebookData([cell]));
      await vscode.window.showNotebookDocument(notebook);
      await executeCommand('notebook.cell.edit');
      await until(() => vscode.window.activeTextEditor !== undefined, 'the editor of the cell');
      const editor = vscode.window.activeTextEditor!;
      const end = editor.document.positionAt(editor.document.getText().length);
      editor.selection = new vscode.Selection(end, end);
      await until(() => complete(editor, 'commit'), 'a suggestion');
      assertBegins(LINE, lastLine(editor));
    });

    it('without repeating what stands after the cursor', async () => {
      const editor = await open(join(workspace, MODULES[3]!));
      await writeAtEnd(editor, `${BEGINNING});`, 2);
      await until(() => complete(editor, 'commit'), 'a suggestion');
      assertBegins(LINE, lastLine(editor));
    });

    it('what leaves brackets balanced that the editor has closed', async () => {
      const editor = await open(join(workspace, REPORTS[1]!));
      await writeAtEnd(editor, 'export function report(order) {\n  console.log');
      await typeClosed(editor);
      await until(() => complete(editor, 'commit'), 'a suggestion');
      // How far it goes on is the model's business.
      assert.ok([REPORT, REPORT.slice(0, -1)].includes(lastLine(editor)), lastLine(editor));
    });

    it('on while a bracket is typed that the editor closes, which dismisses nothing', async () => {
      const editor = await open(join(workspace, REPORTS[2]!));
      await writeAtEnd(editor, 'export function report(order) {\n  console.log');
      await typeClosed(editor);
      await executeCommand('deleteLeft');
      let line = '';
      const outcomes = await outcomesOf(async (known) => {
        await executeCommand('editor.action.inlineSuggest.trigger');
        await until(() => known.some(({ type }) => type === 'shown'), 'a suggestion that is shown');
        await executeCommand('type', { text: '(' });
        line = lastLine(editor);
        await until(() => complete(editor, 'commit'), 'a suggestion');
      });
      assert.equal(line, '  console.log()');
      assert.deepEqual(
        outcomes.filter(({ type }) => type !== 'shown').map(({ type, isWhole }) => [type, isWhole]),
        [['accepted', true]],
      );
    });

    describe('nothing', () => {
      /** That there is nothing can be seen only where there would be something otherwise. */
      async function staysSilent(editor: vscode.TextEditor) {
        for (let attempt = 0; attempt < 3; attempt++) assert.equal(await complete(editor, 'commit'), false);
      }

      /** VS Code does not ask again where it has been told that there is nothing. */
      async function goOn(editor: vscode.TextEditor) {
        await editor.edit((edit) => edit.insert(editor.selection.active, 'o'));
      }

      it('in the middle of a line', async () => {
        const editor = await open(join(workspace, MODULES[3]!));
        await writeAtEnd(editor, `${BEGINNING} + 1`, 4);
        await staysSilent(editor);
      });

      it('with several cursors', async () => {
        const editor = await open(join(workspace, MODULES[3]!));
        await writeAtEnd(editor, `${BEGINNING}\n${BEGINNING}`);
        const last = editor.selection.active;
        editor.selections = [new vscode.Selection(last, last), selectionAt(last.translate(-2))];
        await staysSilent(editor);
      });

      it('in a language that the settings leave out, and something once they do not', async () => {
        const document = await vscode.workspace.openTextDocument({ language: 'markdown', content: '' });
        const editor = await vscode.window.showTextDocument(document);
        await writeAtEnd(editor, BEGINNING);
        await staysSilent(editor);
        const settings = vscode.workspace.getConfiguration('inkling.completions');
        await settings.update('languages', { markdown: true }, vscode.ConfigurationTarget.Global);
        await goOn(editor);
        await until(() => complete(editor, 'commit'), 'a suggestion');
        await settings.update('languages', undefined, vscode.ConfigurationTarget.Global);
      });

      it('while completions are off', async () => {
        const editor = await open(join(workspace, MODULES[3]!));
        await executeCommand('inkling.toggleCompletions');
        await writeAtEnd(editor, BEGINNING);
        await staysSilent(editor);
        await executeCommand('inkling.toggleCompletions');
        await goOn(editor);
        await until(() => complete(editor, 'commit'), 'a suggestion');
      });
    });
  });

  describe('keeps its model', () => {
    const exported = join(workspace, 'exported.onnx');

    it('in a file that can be exported', async () => {
      await executeCommand('inkling.exportModel', vscode.Uri.file(exported));
      assert.deepEqual(readFileSync(exported), readFileSync(stored('model.onnx')));
    });

    it('when what is to be imported is no model', async () => {
      const other = join(workspace, 'other.onnx');
      writeFileSync(other, 'something else');
      await executeCommand('inkling.importModel', vscode.Uri.file(other), true);
      assert.deepEqual(readFileSync(stored('model.onnx')), readFileSync(exported));
    });

    it('when a training is paused, and takes a better one when it is resumed and stopped', async () => {
      const before = readFileSync(stored('model.onnx'));
      const first = executeCommand('inkling.continueTraining');
      await nextCheckpoint();
      await executeCommand('inkling.pauseTraining');
      await first;
      assert.deepEqual(readFileSync(stored('model.onnx')), before);
      assert.equal(existsSync(besideModel('training.unfinished')), true);
      const second = executeCommand('inkling.resumeTraining');
      await nextCheckpoint();
      await executeCommand('inkling.stopTraining');
      await second;
      assert.equal(existsSync(besideModel('training.unfinished')), false);
      // What was paused and resumed is one run.
      await until(() => recorded().at(-1)?.run.outcome === 'interrupted', 'the record of the resumed training');
      assert.equal(recorded().length, 2);
    });

    it('as it was when the exported one is imported again', async () => {
      writeFileSync(stored('model.onnx'), '');
      await executeCommand('inkling.importModel', vscode.Uri.file(exported), true);
      assert.deepEqual(readFileSync(stored('model.onnx')), readFileSync(exported));
      assert.equal(existsSync(besideModel('learnt.json')), false);
    });

    it('and continues an imported one', async () => {
      const run = executeCommand('inkling.continueTraining');
      await until(() => existsSync(besideModel('checkpoint.safetensors')), 'a checkpoint');
      await executeCommand('inkling.stopTraining');
      await run;
      assert.equal(existsSync(besideModel('learnt.json')), true);
    });
  });
});

/** A run writes one when it begins. */
async function nextCheckpoint(): Promise<void> {
  const changed = () => statSync(besideModel('checkpoint.safetensors')).mtimeMs;
  const before = changed();
  await until(() => changed() > before, 'a checkpoint');
}

async function open(path: string): Promise<vscode.TextEditor> {
  return vscode.window.showTextDocument(await vscode.workspace.openTextDocument(path));
}

/** Adds a line at the end, with the cursor so many characters before that. */
async function writeAtEnd(editor: vscode.TextEditor, line: string, back = 0): Promise<void> {
  const { document } = editor;
  await editor.edit((edit) => edit.insert(document.positionAt(document.getText().length), `\n${line}`));
  editor.selection = selectionAt(document.positionAt(document.getText().length - back));
}

function selectionAt(position: vscode.Position): vscode.Selection {
  return new vscode.Selection(position, position);
}

/** How sure a network is of the last character after seconds of training depends on the machine. */
function assertBegins(whole: string, line: string): void {
  assert.equal(line, whole.slice(0, line.length));
  assert.ok(line.length > 0.8 * whole.length, line);
}

function lastLine({ document }: vscode.TextEditor): string {
  return document.lineAt(document.lineCount - 1).text;
}

/** Asks for a suggestion and takes it, or a word of it, or the next one; false when there was none. */
async function complete(editor: vscode.TextEditor, how: 'commit' | 'acceptNextWord' | 'next'): Promise<boolean> {
  const before = editor.document.getText();
  await executeCommand('editor.action.inlineSuggest.trigger');
  if (how === 'next') await executeCommand('editor.action.inlineSuggest.showNext');
  for (let attempt = 0; attempt < 5; attempt++) {
    await executeCommand(`editor.action.inlineSuggest.${how === 'next' ? 'commit' : how}`);
    if (editor.document.getText() !== before) return true;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return false;
}

interface Outcome {
  readonly type: string;
  readonly isWhole?: boolean;
  readonly characters?: number;
}

/** What becomes of suggestions meanwhile. */
async function outcomesOf(run: (outcomes: readonly Outcome[]) => Promise<void>): Promise<readonly Outcome[]> {
  const outcomes: Outcome[] = [];
  const listen = (outcome: unknown) => void outcomes.push(outcome as Outcome);
  subscribe('inkling:outcome', listen);
  try {
    await run(outcomes);
  } finally {
    unsubscribe('inkling:outcome', listen);
  }
  return outcomes;
}

/** Types an opening bracket that VS Code closes, which it does once it has read how the language does. */
async function typeClosed(editor: vscode.TextEditor): Promise<void> {
  const line = lastLine(editor);
  await until(async () => {
    await executeCommand('type', { text: '(' });
    if (lastLine(editor) === `${line}()`) return true;
    await executeCommand('deleteLeft');
    return false;
  }, 'the closing bracket');
}

/** Paths and fingerprints of the files that the model was trained on. */
function learnt(): [string, string][] {
  return JSON.parse(readFileSync(besideModel('learnt.json'), 'utf8'));
}

interface Recorded {
  readonly run: { readonly hidden: number; readonly outcome: string; readonly baselines?: object };
  readonly evaluations: readonly { readonly sample: string }[];
}

/** The runs that are kept, oldest first. */
function recorded(): Recorded[] {
  const names = readdirSync(besideModel('runs')).filter((name) => /^\d.*\.json$/.test(name));
  return names.sort().map((name) => JSON.parse(readFileSync(besideModel(`runs/${name}`), 'utf8')));
}

function besideModel(name: string): string {
  return stored('model.onnx').replace(/model\.onnx$/, name);
}

function stored(name: string): string {
  const found = readdirSync(storages, { recursive: true, encoding: 'utf8' }).find((path) => path.endsWith(name));
  assert.ok(found, `${name} is nowhere below ${storages}`);
  return join(storages, found);
}

async function until(isSo: () => boolean | Promise<boolean>, what: string): Promise<void> {
  const start = performance.now();
  while (!(await isSo())) {
    if (performance.now() - start > 30_000) throw new Error(`Waited in vain for ${what}.`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
