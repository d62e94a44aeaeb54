/**
 * Looks for hosts that the native files which ship could call, and asks npm's registry for known weaknesses of what ships:
 * all that is bundled, also inside of other packages' bundles. Ends with 0 when there are none, 1 when there are, and 2 when
 * the registry gave no answer.
 *
 *     npm run audit
 */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundledFiles } from './build.ts';
import { NATIVE_FOLDER, unknownHosts } from './nativeHosts.ts';
import { type ThirdParty, thirdParties } from './thirdParty.ts';

export type Audit =
  | { readonly type: 'clean' }
  /** Name and severity of each. */
  | { readonly type: 'found'; readonly weak: readonly string[] }
  | { readonly type: 'unchecked'; readonly reason: string };

type Package = Pick<ThirdParty, 'name' | 'version'>;

interface Report {
  readonly vulnerabilities?: Readonly<Record<string, { readonly severity: string; readonly via: readonly unknown[] }>>;
  readonly message?: string;
  readonly error?: { readonly summary?: string };
}

/**
 * Has npm audit these packages and no others. The repository's own lock file would not do: it has tools that do not ship,
 * and not what dependencies have inside of their bundles.
 */
export async function audit(packages: readonly Package[], registry?: string): Promise<Audit> {
  const folder = mkdtempSync(join(tmpdir(), 'inkling-audit-'));
  try {
    const dependencies = Object.fromEntries(packages.map(({ name, version }) => [name, version]));
    const top = { name: 'what-ships', version: '0.0.0', private: true, dependencies };
    const locked = packages.map(({ name, version }) => [`node_modules/${name}`, { version }]);
    const lock = { ...top, lockfileVersion: 3, requires: true, packages: { '': top, ...Object.fromEntries(locked) } };
    writeFileSync(join(folder, 'package.json'), JSON.stringify(top));
    writeFileSync(join(folder, 'package-lock.json'), JSON.stringify(lock));
    const args = [
      'audit',
      '--json',
      '--package-lock-only',
      ...(registry === undefined ? [] : ['--registry', registry]),
    ];
    return await new Promise((resolve) => {
      const options = { cwd: folder, shell: process.platform === 'win32', timeout: 120_000 };
      execFile('npm', args, options, (_, stdout, stderr) => resolve(auditOf(stdout, stderr)));
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function auditOf(stdout: string, stderr: string): Audit {
  let report: Report;
  try {
    report = JSON.parse(stdout);
  } catch {
    return { type: 'unchecked', reason: stderr.trim() || 'npm gave no answer' };
  }
  if (report.vulnerabilities === undefined)
    return { type: 'unchecked', reason: report.error?.summary || report.message || 'npm gave no report' };
  const weak = Object.entries(report.vulnerabilities).map(([name, { severity, via }]) => {
    const titles = via.flatMap((one) => (isAdvisory(one) ? [one.title] : []));
    return `${name}, ${severity}: ${titles.join('; ')}`;
  });
  return weak.length > 0 ? { type: 'found', weak } : { type: 'clean' };
}

function isAdvisory(one: unknown): one is { readonly title: string } {
  return typeof one === 'object' && one !== null && 'title' in one && typeof one.title === 'string';
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const hosts = unknownHosts(NATIVE_FOLDER).map(({ host, file }) => `${host} in ${file}`);
  if (hosts.length === 0) console.log('No native file that ships names a host that is not known.');
  else console.error(`Native files that ship name hosts that are not known, and may call them:\n${hosts.join('\n')}`);
  const packages = thirdParties(await bundledFiles()).filter(({ isPackage }) => isPackage);
  const result = await audit(packages);
  switch (result.type) {
    case 'clean':
      console.log(`npm knows no weaknesses of the ${packages.length} packages that ship.`);
      break;
    case 'found':
      console.error(`npm knows weaknesses of what ships:\n${result.weak.join('\n')}`);
      process.exitCode = 1;
      break;
    case 'unchecked':
      console.error(`Nothing was checked: the registry did not answer the audit (${result.reason}).`);
      process.exitCode = 2;
  }
  if (hosts.length > 0) process.exitCode = 1;
}
