import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliDecompressSync } from 'node:zlib';

const packed = new URL('../../node_modules/@sparticuz/chromium/bin/swiftshader.tar.br', import.meta.url);
const folder = fileURLToPath(new URL('../../.cache/swiftshader', import.meta.url));

/** Why the software Vulkan driver cannot be used here, as the end of a test's name; empty when it can. */
export const withoutSwiftshader =
  process.platform === 'linux' && process.arch === 'x64'
    ? ''
    : ' (skipped: the software Vulkan driver of npm runs on Linux x64 only)';

/**
 * Variables for a process that is to find a GPU: SwiftShader, a Vulkan driver that computes on the processor, which comes
 * with the Chromium of npm. They must be set before the process begins.
 */
export function swiftshaderEnvironment(): Record<string, string> {
  if (!existsSync(folder)) {
    const unpacked = `${folder}-${process.pid}`;
    mkdirSync(unpacked, { recursive: true });
    const archive = join(unpacked, 'swiftshader.tar');
    writeFileSync(archive, brotliDecompressSync(readFileSync(packed)));
    execFileSync('tar', ['xf', archive, '-C', unpacked]);
    renameSync(unpacked, folder);
  }
  return { VK_DRIVER_FILES: join(folder, 'vk_swiftshader_icd.json'), LD_LIBRARY_PATH: folder };
}
