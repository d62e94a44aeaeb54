/**
 * What devices fail of, told from the messages of onnxruntime's providers and of TensorFlow. Those of Direct3D are in the
 * language of Windows; its codes are not.
 *
 * Source: https://learn.microsoft.com/windows/win32/direct3ddxgi/dxgi-error
 */
import { reasonOf } from '../../base/errors.ts';

/** Whether an engine cannot be made for want of a GPU: there is none, or its driver is missing or too old. */
export function lacksGpu(error: unknown): boolean {
  return /adapter|887A000[24]|C0262002/i.test(reasonOf(error));
}

/**
 * Whether an engine failed for want of memory on its device. WebGPU does not tell of an allocation that fails: the buffer
 * is invalid from then on, and using it is what fails.
 */
export function isOutOfMemory(error: unknown): boolean {
  return OUT_OF_MEMORY.test(reasonOf(error));
}

const OUT_OF_MEMORY = new RegExp(
  [
    'out.of.(device.)?memory|failed to allocate|bad_alloc', // onnxruntime, Vulkan
    '\\[Invalid Buffer|maximum storage buffer binding size', // WebGPU
    'E_?OUTOFMEMORY|8007000E', // Direct3D 12
    'OOM when allocating|RESOURCE_EXHAUSTED', // TensorFlow
  ].join('|'),
  'i',
);

/** Whether the device went away: its driver was reset or crashed, or it was unplugged. */
export function isDeviceLost(error: unknown): boolean {
  return /\bis lost\b|device lost|887A000[567]|887A0020/i.test(reasonOf(error));
}
