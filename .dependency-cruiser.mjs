/** Who may know whom: text flows in one direction, from files to ghost text. */
const folders = {
  base: [],
  onnx: [],
  corpus: ['base'],
  lstm: ['base', 'onnx'],
  scoring: ['base', 'corpus', 'lstm'],
  training: ['base', 'corpus', 'lstm', 'scoring'],
  completion: ['base', 'corpus', 'lstm'],
  evaluation: ['base', 'corpus', 'lstm', 'scoring', 'completion'],
};

const mayImport = Object.entries(folders).map(([folder, allowed]) => ({
  name: `${folder}-imports`,
  comment: `src/${folder} may import ${allowed.length ? allowed.join(', ') : 'nothing of ours'}`,
  severity: 'error',
  from: { path: `^src/${folder}/` },
  to: { path: '^src/', pathNot: `^src/(${[folder, ...allowed].join('|')})/` },
}));

export default {
  forbidden: [
    ...mayImport,
    {
      name: 'editor-imports',
      comment:
        'src/editor may import base, corpus, the clients of training and completion, the model card, the page messages',
      severity: 'error',
      from: { path: '^src/editor/' },
      to: {
        path: '^src/',
        pathNot:
          '^src/(editor|base|corpus)/|^src/(training|completion/worker)/client\\.ts$|^src/lstm/(modelCard|cardText)\\.ts$|^src/dashboard/(messages|html|wireFormat)\\.ts$',
      },
    },
    {
      name: 'dashboard-imports',
      comment: 'src/dashboard is browser code: its own messages only; no node, no vscode',
      severity: 'error',
      from: { path: '^src/dashboard/' },
      to: { path: '^src/|^vscode$', pathNot: '^src/dashboard/' },
    },
    {
      name: 'dashboard-no-node',
      severity: 'error',
      from: { path: '^src/dashboard/' },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'vscode-only-in-editor',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(editor/|extension\\.ts$)' },
      to: { path: '^vscode$' },
    },
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'no-orphans',
      severity: 'error',
      from: { orphan: true, pathNot: '\\.d\\.ts$' },
      to: {},
    },
    // VS Code provides `vscode` when it loads the extension.
    { name: 'not-to-unresolvable', severity: 'error', from: {}, to: { couldNotResolve: true, pathNot: '^vscode$' } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
      extensions: ['.ts', '.tsx', '.js', '.mjs', '.json'],
    },
  },
};
