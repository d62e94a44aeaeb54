import * as vscode from 'vscode';
import { cutBefore } from '../completion/client.ts';

/** Documents that are completed and looked into: files, untitled ones, cells of notebooks. */
export const SCHEMES = ['file', 'untitled', 'vscode-notebook-cell'];

/** As in training: relative to its folder, the folder's name before it where there are several. */
export function pathOf(document: vscode.TextDocument): string {
  const isSeveral = (vscode.workspace.workspaceFolders?.length ?? 0) > 1;
  return vscode.workspace.asRelativePath(document.uri, isSeveral);
}

/** The text before a cursor, as far as a model looks back. */
export function textBefore(document: vscode.TextDocument, position: vscode.Position): string {
  const start = document.positionAt(cutBefore(document.offsetAt(position)));
  return document.getText(new vscode.Range(start, position));
}

/** The text with LF at line ends, as it is learnt. */
export function textOf(document: vscode.TextDocument): string {
  return document.getText().replaceAll('\r\n', '\n');
}
