import { writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect } from 'vitest';
import { type Audit, audit } from '../../scripts/audit.ts';
import { NATIVE_FOLDER, unknownHosts } from '../../scripts/nativeHosts.ts';
import { it } from './fixtures.ts';

const PACKAGES = [
  { name: 'node-forge', version: '1.4.0' },
  { name: '@preact/signals', version: '2.11.4' },
];

const ADVISORY = {
  id: 1,
  url: 'https://example.com/1',
  title: 'Signatures are forged',
  severity: 'high',
  vulnerable_versions: '<1.4.1',
  cwe: [],
  cvss: { score: 7, vectorString: null },
};

describe('the audit of what ships', () => {
  let registry: Server;
  let answer: { readonly status: number; readonly body: unknown };
  let asked: unknown;

  beforeEach(async () => {
    registry = createServer(async (request, response) => {
      if (request.url !== '/-/npm/v1/security/advisories/bulk') {
        response.writeHead(404).end();
        return;
      }
      const body = await buffer(request);
      asked = JSON.parse((request.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body).toString());
      response.writeHead(answer.status, { 'content-type': 'application/json' }).end(JSON.stringify(answer.body));
    });
    await new Promise<void>((resolve) => registry.listen(0, '127.0.0.1', resolve));
  });
  afterEach(() => new Promise((resolve) => registry.close(resolve)));

  function audited(status: number, body: unknown): Promise<Audit> {
    answer = { status, body };
    return audit(PACKAGES, `http://127.0.0.1:${(registry.address() as AddressInfo).port}`);
  }

  it('asks npm of each package in its very version', async () => {
    expect(await audited(200, {})).toEqual({ type: 'clean' });
    expect(asked).toEqual({ 'node-forge': ['1.4.0'], '@preact/signals': ['2.11.4'] });
  });

  it('names what is weak, and why', async () => {
    expect(await audited(200, { 'node-forge': [ADVISORY] })).toEqual({
      type: 'found',
      weak: ['node-forge, high: Signatures are forged'],
    });
    expect(await audited(200, { 'node-forge': [{ ...ADVISORY, vulnerable_versions: '<1.4.0' }] })).toEqual({
      type: 'clean',
    });
  });

  it('is none, rather than a clean one, where the registry does not answer', async () => {
    expect(await audited(405, {})).toMatchObject({ type: 'unchecked', reason: expect.stringContaining('405') });
  });
});

describe('the native files that ship', () => {
  it('name no host but those that are known', () => {
    expect(unknownHosts(NATIVE_FOLDER)).toEqual([]);
  });

  it('are looked through for all ways in which a host may be written', ({ folder }) => {
    const telemetry = 'mobile.events.data.microsoft.com';
    const write = (name: string, bytes: Buffer) => writeFileSync(join(folder, name), bytes);
    write('address', Buffer.from(`\x7fELF\0https://${telemetry}/OneCollector/1.0\0`, 'latin1'));
    write('name', Buffer.from(`\0${telemetry}\0`));
    write('wide', Buffer.concat([Buffer.from([1]), Buffer.from(`\0https://${telemetry}/\0`, 'utf16le')]));
    write('known', Buffer.from('https://arxiv.org/abs/1705.08209'));
    expect(unknownHosts(folder)).toEqual(['address', 'name', 'wide'].map((file) => ({ host: telemetry, file })));
  });
});
