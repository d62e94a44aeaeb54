import { describe, expect, it } from 'vitest';
import { isDeviceLost, isOutOfMemory } from '../../../src/training/engines.ts';

describe('Of what a device fails', () => {
  it.each([
    ['memory', 'Invalid TF_Status: 8\nMessage: OOM when allocating tensor with shape[32768,4096]'],
    ['memory', 'Failed to allocate memory for requested buffer of size 17179869184'],
    ['memory', 'std::bad_alloc'],
    ['memory', 'D3D12 create committed resource failed with E_OUTOFMEMORY'],
    ['memory', 'DmlCommittedResourceAllocator.cpp(22)\\onnxruntime.dll!00007FF: Exception(7) tid(cf0) 8007000E'],
    ['memory', 'vkAllocateMemory failed with VK_ERROR_OUT_OF_DEVICE_MEMORY'],
    [
      'memory',
      'WebGPU validation failed. [Invalid Buffer (unlabeled)] is invalid due to a previous error.\n - While calling …',
    ],
    [
      'memory',
      'Binding size (4294967296) of [Buffer] is larger than the maximum storage buffer binding size (2147483644).',
    ],
    ['loss', 'Failed to download data from buffer. wgpu::MapAsyncStatus value: 4, message: [Device] is lost.\n'],
    [
      'loss',
      'ExecutionProvider.cpp(962)\\onnxruntime.dll!00007FF: (caller: 00007FF) Exception(3) tid(5a68) 887A0005 …',
    ],
    ['loss', 'DmlGraphFusionHelper.cpp(1078)\\onnxruntime.dll!00007FF: Exception(1) tid(1) 887A0006 …'],
    ['neither', 'Non-zero status code returned while running Gemm node'],
    ['neither', 'WebGPU validation failed. Entry point "main" infinite loop'],
  ])('is told from its words: %s: %s', (of, message) => {
    expect(isOutOfMemory(new Error(message))).toBe(of === 'memory');
    expect(isDeviceLost(new Error(message))).toBe(of === 'loss');
  });
});
