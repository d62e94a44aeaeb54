import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { gpuDevices } from '../../../../src/training/engines/onnxEngine.ts';
import { mayHaveVulkan } from '../../../../src/training/engines/vulkan.ts';
import type { Comparison } from '../../../support/lossesOnDevices.ts';
import { swiftshaderEnvironment, withoutSwiftshader } from '../../../support/swiftshader.ts';
import { folderWith } from '../../corpus/temporaryFolder.ts';

const program = fileURLToPath(new URL('../../../support/lossesOnDevices.ts', import.meta.url));

describe.skipIf(withoutSwiftshader)(`the ONNX engine on WebGPU, on a software driver${withoutSwiftshader}`, () => {
  it('learns as on the processor, keeps what it is given, and goes back', { timeout: 180_000 }, async () => {
    const env = { ...process.env, ...swiftshaderEnvironment() };
    const { stdout } = await promisify(execFile)(process.execPath, [program], { env });
    const comparisons = JSON.parse(stdout) as Comparison[];
    expect(comparisons).toHaveLength(4);
    for (const { name, device, losses, differences, replayed } of comparisons) {
      expect(device).toBe('gpu');
      expect(losses).toHaveLength(50);
      expect(losses.at(-1)![0], name).toBeLessThan(losses[0]![0]);
      expect(Math.max(...losses.map(([cpu, gpu]) => Math.abs(cpu - gpu))), name).toBeLessThan(1e-3);
      for (const [tensor, difference] of Object.entries(differences)) {
        expect(difference, `${tensor} of ${name}`).toBeLessThan(5e-3);
      }
      expect(replayed, name).toBeLessThan(1e-5);
    }
  });

  it('is offered by the build of onnxruntime for this platform', () => {
    expect(gpuDevices()).toContain('webgpu');
  });
});

describe.skipIf(process.platform !== 'linux')('a Vulkan driver (on Linux)', () => {
  it.each([
    ['VK_DRIVER_FILES', (folder: string) => `${folder}/vulkan/icd.d/nvidia.json`, true],
    ['XDG_DATA_DIRS', (folder: string) => `/nowhere:${folder}`, true],
    ['XDG_CONFIG_HOME', (folder: string) => folder, true],
    ['HOME', () => '/nowhere', false],
  ])('is looked for where %s says', async (name, value, found) => {
    const folder = await folderWith({ 'vulkan/icd.d/nvidia.json': '{}' });
    const nowhere = {
      XDG_DATA_DIRS: '/nowhere',
      XDG_CONFIG_DIRS: '/nowhere',
      XDG_DATA_HOME: '/nowhere',
      XDG_CONFIG_HOME: '/nowhere',
    };
    const elsewhere = mayHaveVulkan(nowhere); // in /etc, where this test has no say
    expect(mayHaveVulkan({ ...nowhere, [name]: value(folder) })).toBe(found || elsewhere);
  });
});
