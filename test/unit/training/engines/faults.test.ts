import { describe, expect, it } from 'vitest';
import { isDeviceLost, isOutOfMemory, lacksGpu } from '../../../../src/training/engines/faults.ts';

describe('What a device fails of', () => {
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
    ['no GPU', 'webgpu_context.cc:136 … was false. Failed to get a WebGPU adapter: No supported adapters\n'],
    ['no GPU', 'dml_provider_factory.cc(132)\\onnxruntime.dll!00007FF: Exception(2) tid(eff8) C0262002 …'],
    ['no GPU', 'dml_provider_factory.cc(520)\\onnxruntime.dll!00007FF: Exception(1) tid(93ac) 887A0004 …'],
    ['something else', 'Non-zero status code returned while running Gemm node'],
    ['something else', 'WebGPU validation failed. Entry point "main" infinite loop'],
  ])('is told from its words: %s: %s', (of, message) => {
    expect(isOutOfMemory(new Error(message))).toBe(of === 'memory');
    expect(isDeviceLost(new Error(message))).toBe(of === 'loss');
    expect(lacksGpu(new Error(message))).toBe(of === 'no GPU');
  });
});
