/**
 * Installs a real VS Code (server and workbench, from the npm package code-server) into `.vscode-test/<version>`, for the
 * tests in test/vscode, with the TypeScript that its own extensions ask for. Only npm is needed.
 *
 *     node scripts/setupVscode.ts 4.139.1
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Newest first. The one of VS Code 1.100 runs on Node 20, as that one did. */
export const VERSIONS = [
  { codeServer: '4.139.1', vscode: '1.139.1', node: '24.21.0' },
  { codeServer: '4.100.3', vscode: '1.100.3', node: '20.20.2' },
] as const;

export type Version = (typeof VERSIONS)[number];

export interface Installation {
  /** The server's entry file. */
  readonly server: string;
  /** The Node that runs it. */
  readonly node: string;
  /** The folder of its own extensions. */
  readonly extensions: string;
}

/**
 * Installs what is not there yet: an installation that was broken off, or made when less belonged to it, is completed.
 *
 * @throws Error with npm's own words when it cannot be installed
 */
export function installVscode({ codeServer, node }: Version): Installation {
  const folder = fileURLToPath(new URL(`../.vscode-test/${codeServer}`, import.meta.url));
  const vscode = join(folder, 'node_modules', 'code-server', 'lib', 'vscode');
  const extensions = join(vscode, 'extensions');
  const packages = [`code-server@${codeServer}`, `node@${node}`];
  complete(join(folder, 'finished'), {
    [packages.join(' ')]: () => {
      mkdirSync(folder, { recursive: true });
      writeFileSync(join(folder, 'package.json'), '{"private":true}');
      npm(folder, ['install', '--no-save', '--ignore-scripts', ...packages]);
      npm(join(folder, 'node_modules', 'node'), ['run', 'preinstall', '--if-present']);
    },
    'dependencies of the server': () => {
      npm(vscode, DEPENDENCIES);
      if (!existsSync(join(vscode, 'node_modules.asar')))
        symlinkSync('node_modules', join(vscode, 'node_modules.asar'));
    },
    'dependencies of its extensions': () => npm(extensions, DEPENDENCIES),
  });
  return {
    extensions,
    server: join(vscode, 'out', 'server-main.js'),
    node: join(folder, 'node_modules', 'node', 'bin', 'node'),
  };
}

/** In the versions of the shrinkwrap that comes along. Not `npm ci`, which refuses it as out of sync. */
const DEPENDENCIES = ['install', '--no-save', '--omit=dev', '--ignore-scripts'];

/** Takes the steps that a file does not name as done, and names them there. The file is replaced, in case it is linked. */
function complete(finished: string, steps: Readonly<Record<string, () => void>>): void {
  const done = existsSync(finished)
    ? readFileSync(finished, 'utf8')
        .split('\n')
        .filter((name) => name in steps)
    : [];
  for (const [name, take] of Object.entries(steps)) {
    if (done.includes(name)) continue;
    take();
    done.push(name);
    writeFileSync(`${finished}.new`, done.join('\n'));
    renameSync(`${finished}.new`, finished);
  }
}

function npm(cwd: string, args: readonly string[]): void {
  const { status, stderr } = spawnSync('npm', [...args, '--loglevel=error', '--no-audit', '--no-fund'], {
    cwd,
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`npm ${args.join(' ')} failed in ${cwd}: ${stderr}`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const version of VERSIONS) {
    if (process.argv.length > 2 && !process.argv.includes(version.codeServer)) continue;
    console.log(installVscode(version).server);
  }
}
