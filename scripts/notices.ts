/**
 * Writes THIRD_PARTY_NOTICES.txt, which every package carries, and checks the licences of what it names.
 *
 *     npm run notices
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundledFiles } from './build.ts';
import { notAllowed, type ThirdParty, thirdParties } from './thirdParty.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const RULE = '-'.repeat(80);

const BEGINNING = `Inkling ships with code that others wrote. Thank you! Their names, licences and notices follow.

Packages for a platform carry the binaries of ONNX Runtime, as its npm package onnxruntime-node brings them. The notices
of what is inside these lie beside them: dist/node_modules/onnxruntime-node/ThirdPartyNotices.txt. Those for Windows carry
three more libraries of Microsoft, unchanged and for the use by ONNX Runtime only: DirectML.dll (DirectML Redistributable
Library, whose terms come with Microsoft.AI.DirectML), and dxcompiler.dll and dxil.dll (DirectX Shader Compiler, whose terms
come with its releases).`;

export function noticesOf(parties: readonly ThirdParty[]): string {
  const list = parties.map(({ name, version, license }) => `- ${name} ${version}: ${license}`);
  const texts = parties.map(({ name, version, license, url, texts }) =>
    [RULE, `${name} ${version}`, url, license, '', texts.join('\n\n')].join('\n'),
  );
  return `${[BEGINNING, list.join('\n'), ...texts].join('\n\n')}\n`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const parties = thirdParties(await bundledFiles());
  const refused = notAllowed(parties);
  for (const { name, version, license } of refused)
    console.error(`${name} ${version} cannot ship with Inkling: its licence is ${license}.`);
  if (refused.length > 0) process.exit(1);
  writeFileSync(join(root, 'THIRD_PARTY_NOTICES.txt'), noticesOf(parties));
  console.log(`THIRD_PARTY_NOTICES.txt names ${parties.length} packages.`);
}
