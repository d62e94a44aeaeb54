import { beforeEach, describe, expect, it, vi } from 'vitest';
import { foldersToLearn, pathOf } from '../../../../src/editor/workspace/folders.ts';

interface Uri {
  readonly scheme: string;
  readonly fsPath: string;
}

interface Folder {
  readonly uri: Uri;
  readonly name: string;
}

const open = vi.hoisted(() => ({ folders: [] as Folder[], settings: new Map<string, unknown>() }));

vi.mock('vscode', () => {
  const folderOf = (uri: Uri) => open.folders.find((folder) => uri.fsPath.startsWith(`${folder.uri.fsPath}/`));
  return {
    workspace: {
      get workspaceFolders() {
        return open.folders;
      },
      getWorkspaceFolder: folderOf,
      asRelativePath: (uri: Uri) => uri.fsPath.slice((folderOf(uri)?.uri.fsPath.length ?? -1) + 1),
      getConfiguration: (_: undefined, { fsPath }: Uri) => ({
        get: (name: string) => open.settings.get(`${fsPath} ${name}`),
      }),
    },
  };
});

function uri(fsPath: string, scheme = 'file') {
  return { scheme, fsPath, toString: () => `${scheme}://${fsPath}` } as never;
}

describe('folders of a workspace', () => {
  beforeEach(() => {
    open.folders = [];
    open.settings.clear();
  });

  it('have no names where one is on this machine', () => {
    open.folders = [
      { uri: uri('/far/b', 'vscode-vfs'), name: 'Far' },
      { uri: uri('/w/a'), name: 'Named' },
    ];
    expect(foldersToLearn()).toEqual([{ path: '/w/a', name: undefined, exclude: [], notices: [] }]);
    expect(pathOf(uri('/w/a/src/m.ts'))).toBe('src/m.ts');
  });

  it('are called as on disk, made unique, for reading and for documents', () => {
    open.folders = ['/w/one/src', '/w/two/src', '/w/three'].map((path) => ({ uri: uri(path), name: `Named ${path}` }));
    expect(foldersToLearn().map(({ name }) => name)).toEqual(['src', 'src-2', 'three']);
    expect(pathOf(uri('/w/two/src/m.ts'))).toBe('src-2/m.ts');
    expect(pathOf(uri('/w/three/src/m.ts'))).toBe('three/src/m.ts');
    expect(pathOf(uri('/elsewhere/m.ts'))).toBe('/elsewhere/m.ts');
  });

  it('have each what its own settings leave out', () => {
    open.folders = ['/w/a', '/w/b'].map((path) => ({ uri: uri(path), name: 'x' }));
    open.settings.set('/w/b files.exclude', { private: true });
    open.settings.set('/w/a inkling.training.exclude', ['*.md']);
    expect(foldersToLearn().map(({ exclude }) => exclude)).toEqual([['*.md'], ['private']]);
  });
});
