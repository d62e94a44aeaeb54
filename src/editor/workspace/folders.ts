import * as vscode from 'vscode';
import { namesFor } from '../../corpus/folders.ts';
import type { FolderToRead } from '../../protocol/corpus.ts';
import { excludingSettings } from '../settings/settings.ts';
import { excludedBy } from './excludeSettings.ts';

/** Folders of the workspace that are on this machine, each with what its settings leave out. */
export function foldersToLearn(): FolderToRead[] {
  return localFolders().map(({ uri, name }) => ({ path: uri.fsPath, name, ...excludedBy(excludingSettings(uri)) }));
}

/** As in training: relative to its folder, the folder's name before it where there are several. */
export function pathOf(uri: vscode.Uri): string {
  const path = vscode.workspace.asRelativePath(uri, false);
  const around = vscode.workspace.getWorkspaceFolder(uri)?.uri.toString();
  const name = localFolders().find((folder) => folder.uri.toString() === around)?.name;
  return name === undefined ? path : `${name}/${path}`;
}

/** Folders are called as on disk, whatever they are called in the editor: so a model knows them elsewhere, too. */
function localFolders(): { readonly uri: vscode.Uri; readonly name: string | undefined }[] {
  const uris = (vscode.workspace.workspaceFolders ?? [])
    .map(({ uri }) => uri)
    .filter(({ scheme }) => scheme === 'file');
  const names = uris.length > 1 ? namesFor(uris.map(({ fsPath }) => fsPath)) : [];
  return uris.map((uri, index) => ({ uri, name: names[index] }));
}
