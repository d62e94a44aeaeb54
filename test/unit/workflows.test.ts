import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type * as Parser from '@actions/workflow-parser';
import { build } from 'esbuild';
import { describe, expect, it, test } from 'vitest';
import { parse } from 'yaml';

interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, unknown>>;
}

interface Job {
  readonly permissions?: Readonly<Record<string, string>>;
  readonly 'timeout-minutes'?: number;
  readonly needs?: readonly string[];
  readonly if?: string;
  readonly steps: readonly Step[];
}

interface Workflow {
  readonly permissions: Readonly<Record<string, string>>;
  readonly concurrency: { readonly group: string };
  readonly jobs: Readonly<Record<string, Job>>;
}

const folder = new URL('../../.github/workflows/', import.meta.url);
/** GitHub's own. Bundled, as it imports JSON in a way that Node does not know any more. */
const { convertWorkflowTemplate, NoOperationTraceWriter, parseWorkflow } = await bundled('@actions/workflow-parser');
const { scripts } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));

async function bundled(name: string): Promise<typeof Parser> {
  const folder = mkdtempSync(join(tmpdir(), 'inkling-parser-'));
  const outfile = join(folder, 'parser.cjs');
  const stdin = { contents: `export * from '${name}';`, resolveDir: fileURLToPath(new URL('.', import.meta.url)) };
  await build({ stdin, outfile, bundle: true, format: 'cjs', platform: 'node' });
  const parser = createRequire(import.meta.url)(outfile);
  rmSync(folder, { recursive: true });
  return parser;
}

/** What the parser says against a workflow. */
async function errorsIn(name: string, content: string): Promise<string[]> {
  const { context, value } = parseWorkflow({ name, content }, new NoOperationTraceWriter());
  if (value !== undefined) await convertWorkflowTemplate(context, value);
  return context.errors.getErrors().map(({ message }) => message);
}

describe.each(readdirSync(fileURLToPath(folder)))('the workflow %s', (name) => {
  const content = readFileSync(new URL(name, folder), 'utf8');
  const workflow: Workflow = parse(content, { strict: true, uniqueKeys: true });
  const jobs = Object.entries(workflow.jobs);
  const steps = jobs.flatMap(([, job]) => job.steps);

  it('is one for the parser of GitHub', async () => {
    expect(await errorsIn(name, content)).toEqual([]);
  });

  it('names each action by its commit, with the version beside it', () => {
    const uses = content.split('\n').filter((line) => /\buses:/.test(line));
    expect(uses).toHaveLength(steps.filter((step) => step.uses !== undefined).length);
    for (const line of uses) expect(line).toMatch(/uses: [\w.-]+\/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
    const named = uses.map((line) => line.slice(line.indexOf('uses:')));
    expect(new Set(named).size).toBe(new Set(named.map((one) => one.split('@')[0])).size);
  });

  it('may read, and write only where a release is made', () => {
    expect(workflow.permissions).toEqual({ contents: 'read' });
    for (const [id, { permissions }] of jobs)
      expect(permissions, id).toEqual(id === 'release' ? { contents: 'write' } : undefined);
  });

  it('leaves no token behind for what it runs', () => {
    const checkouts = steps.filter(({ uses }) => uses?.startsWith('actions/checkout@'));
    for (const step of checkouts) expect(step.with).toMatchObject({ 'persist-credentials': false });
    // What others may choose, such as the name of a branch, is no part of a script.
    for (const { run = '' } of steps) expect(run).not.toMatch(/\$\{\{[^}]*github\./);
  });

  it('runs once for a branch at a time, and ends', () => {
    expect(workflow.concurrency.group).toContain('github.ref');
    for (const [id, job] of jobs) expect(job['timeout-minutes'], id).toBeGreaterThan(0);
  });

  it('runs scripts that there are', () => {
    const named = steps.flatMap(({ run = '' }) => [...run.matchAll(/npm run ([\w:]+)/g)].map(([, script]) => script!));
    expect(named).toEqual(expect.arrayContaining(['lint', 'build', 'package', 'test:desktop']));
    for (const script of named) expect(scripts).toHaveProperty([script]);
  });

  it('releases what a version is tagged with, once all is tested', () => {
    const { release } = workflow.jobs;
    expect(release?.if).toBe("startsWith(github.ref, 'refs/tags/v')");
    expect(release?.needs).toEqual(jobs.map(([id]) => id).filter((id) => id !== 'release'));
  });
});

test('a workflow that GitHub would refuse is found', async () => {
  const wrong = `on: push
jobs:
  a:
    runs-on: ubuntu-24.04
    stps: []
    steps:
      - run: \${{ nothing.here }}
`;
  const errors = await errorsIn('wrong.yml', wrong);
  expect(errors).toContainEqual(expect.stringContaining("Unexpected value 'stps'"));
  expect(errors).toContainEqual(expect.stringContaining('nothing'));
});
