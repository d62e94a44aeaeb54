import * as vscode from 'vscode';
import { cutBefore } from '../../completion/worker/client.ts';

/** Documents that are completed and looked into: files, untitled ones, cells of notebooks. */
export const SCHEMES = ['file', 'untitled', 'vscode-notebook-cell'];

/** The text before a cursor, as far as a model looks back. */
export function textBefore(document: vscode.TextDocument, position: vscode.Position): string {
  const start = document.positionAt(cutBefore(document.offsetAt(position)));
  return document.getText(new vscode.Range(start, position));
}

/** The text with LF at line ends, as it is learnt. */
export function textOf(document: vscode.TextDocument): string {
  return document.getText().replaceAll('\r\n', '\n');
}
