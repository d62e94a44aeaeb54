/** Who may know whom: text flows in one direction, from files to ghost text. */
const folders = {
  base: [],
  onnx: [],
  protocol: ['base'],
  corpus: ['base', 'protocol'],
  lstm: ['base', 'protocol', 'onnx'],
  scoring: ['base', 'protocol', 'corpus', 'lstm'],
  training: ['base', 'protocol', 'corpus', 'lstm', 'scoring'],
  completion: ['base', 'protocol', 'corpus', 'lstm'],
  evaluation: ['base', 'protocol', 'corpus', 'lstm', 'scoring', 'completion'],
};

/** The same within completion: from what stands before a cursor to what is shown there. */
const completionFolders = {
  context: [],
  experts: ['context'],
  mixing: ['context', 'experts'],
  suggestion: ['context', 'mixing'],
  workspace: ['context', 'experts', 'mixing'],
  inspection: ['context', 'experts', 'mixing', 'suggestion'],
  generation: ['experts'],
};

/** The same within editor: from settings to what is shown. `inkling.ts` knows all of them, and none of them knows it. */
const editorFolders = {
  settings: [],
  runs: [],
  workspace: ['settings'],
  completion: ['settings', 'workspace'],
  training: ['settings', 'runs', 'workspace'],
  models: ['settings', 'workspace', 'training'],
  replay: ['settings', 'workspace', 'models'],
  state: ['settings', 'training', 'models'],
  views: ['settings', 'completion', 'models', 'state'],
  dashboard: ['settings', 'workspace', 'completion', 'training', 'models', 'replay', 'state'],
};

/**
 * Rules by which each folder of a table may import itself and those named beside it.
 *
 * @param stage the folder of src that they lie in; default: src itself
 * @param shared the file beside the folders that all of them may import
 */
const mayImport = (table, stage, shared) => {
  const root = stage ? `^src/${stage}/` : '^src/';
  return Object.entries(table).map(([folder, allowed]) => ({
    name: [...(stage ? [stage] : []), folder, 'imports'].join('-'),
    comment: `of src${stage ? `/${stage}` : ''}, ${folder} may import ${[...(shared ? [shared] : []), ...allowed].join(', ') || 'nothing'}`,
    severity: 'error',
    from: { path: `${root}${folder}/` },
    to: {
      path: root,
      pathNot: [`${root}(${[folder, ...allowed].join('|')})/`, ...(shared ? [`${root}${shared}$`] : [])],
    },
  }));
};

export default {
  forbidden: [
    ...mayImport(folders),
    ...mayImport(completionFolders, 'completion', 'predictor.ts'),
    ...mayImport(editorFolders, 'editor'),
    {
      name: 'async-imports',
      comment: 'src/base/async knows nothing of what it is used for',
      severity: 'error',
      from: { path: '^src/base/async/' },
      to: { path: '^src/', pathNot: '^src/base/async/' },
    },
    {
      name: 'graphs-imports',
      comment: 'src/lstm/graphs may import onnx, the shape of lstm and the options of protocol',
      severity: 'error',
      from: { path: '^src/lstm/graphs/' },
      to: {
        path: '^src/',
        pathNot: '^src/(lstm/graphs|onnx)/|^src/lstm/network\\.ts$|^src/protocol/trainerState\\.ts$',
      },
    },
    {
      name: 'graphs-of-models',
      comment: 'src/lstm may import the graphs that read a trained network, no part of them',
      severity: 'error',
      from: { path: '^src/lstm/', pathNot: '^src/lstm/graphs/' },
      to: { path: '^src/lstm/graphs/', pathNot: '/(inference|inspection)\\.ts$' },
    },
    {
      name: 'graphs-of-training',
      comment: 'src/training may import the training graphs, their options and the reading graph, no part of them',
      severity: 'error',
      from: { path: '^src/training/' },
      to: { path: '^src/lstm/graphs/', pathNot: '/(trainingCpu|trainingGpu|trainingStep|reading)\\.ts$' },
    },
    {
      name: 'graphs-of-others',
      comment: 'nobody but src/lstm and src/training may import a graph',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(lstm|training)/' },
      to: { path: '^src/lstm/graphs/' },
    },
    {
      name: 'graphs-cpu-gpu',
      comment: 'what is written for processors and what is written for GPUs do not know each other',
      severity: 'error',
      from: { path: '^src/lstm/graphs/(c|g)pu/' },
      to: { path: '^src/lstm/graphs/([cg])pu/', pathNot: '^src/lstm/graphs/$1pu/' },
    },
    {
      name: 'editor-imports',
      comment:
        'src/editor may import base, protocol, corpus, the clients of training, completion and replays, the model card',
      severity: 'error',
      from: { path: '^src/editor/' },
      to: {
        path: '^src/',
        pathNot:
          '^src/(editor|base|protocol|corpus)/|^src/(training|completion/worker|evaluation/replay)/client\\.ts$|^src/lstm/cardText\\.ts$|^src/dashboard/(html|wireFormat)\\.ts$',
      },
    },
    {
      name: 'dashboard-imports',
      comment: 'src/dashboard is browser code: beside itself the types of protocol only; no node, no vscode',
      severity: 'error',
      from: { path: '^src/dashboard/' },
      to: { path: '^src/|^vscode$', pathNot: '^src/(dashboard|protocol)/' },
    },
    {
      name: 'dashboard-types',
      comment: 'src/dashboard may import types of protocol, and no schema: they are checked by the extension',
      severity: 'error',
      from: { path: '^src/dashboard/' },
      to: { path: '^src/protocol/|valibot', dependencyTypesNot: ['type-only'] },
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
