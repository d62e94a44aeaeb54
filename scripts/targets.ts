/** A platform that onnxruntime-node brings binaries for. */
export interface NativeTarget {
  readonly platform: NodeJS.Platform;
  readonly arch: NodeJS.Architecture;
  /**
   * What is loaded there of onnxruntime-node's folder: its binding, and what that one, or what it loads, asks for by
   * name. No more, as this is nearly all of a package's size.
   */
  readonly binaries: readonly string[];
  readonly maximumMegabytes: number;
}

const LINUX = ['libonnxruntime.so.1', 'onnxruntime_binding.node'];
/** DirectML has a device of its own; WebGPU has Direct3D 12 compile its shaders with dxcompiler, which signs with dxil. */
const WINDOWS = ['DirectML.dll', 'dxcompiler.dll', 'dxil.dll', 'onnxruntime.dll', 'onnxruntime_binding.node'];
/** npm knows no links: the same library lies there under the name of its version too, which nothing asks for. */
const MACOS = ['libonnxruntime.1.dylib', 'onnxruntime_binding.node'];

export const NATIVE_TARGETS = {
  'linux-x64': { platform: 'linux', arch: 'x64', binaries: LINUX, maximumMegabytes: 25 },
  'linux-arm64': { platform: 'linux', arch: 'arm64', binaries: LINUX, maximumMegabytes: 25 },
  'darwin-arm64': { platform: 'darwin', arch: 'arm64', binaries: MACOS, maximumMegabytes: 25 },
  'win32-x64': { platform: 'win32', arch: 'x64', binaries: WINDOWS, maximumMegabytes: 32 },
  'win32-arm64': { platform: 'win32', arch: 'arm64', binaries: WINDOWS, maximumMegabytes: 32 },
} as const satisfies Readonly<Record<string, NativeTarget>>;

/**
 * For every other platform, such as Intel Macs and Linux with musl: no native files, so it completes from memory alone.
 * Marketplaces hand it out where there is none for the platform, as its VSIX names no target.
 */
export const UNIVERSAL = 'universal';

export type Target = keyof typeof NATIVE_TARGETS | typeof UNIVERSAL;

export const TARGETS = [...Object.keys(NATIVE_TARGETS), UNIVERSAL] as readonly Target[];

/** Undefined for the universal one. */
export function nativeTarget(target: Target): NativeTarget | undefined {
  return target === UNIVERSAL ? undefined : NATIVE_TARGETS[target];
}

/** The one that this machine needs; Linux with another libc than glibc counts as any other platform. */
export function hostTarget(): Target {
  const name = `${process.platform}-${process.arch}`;
  return !isMusl() && name in NATIVE_TARGETS ? (name as Target) : UNIVERSAL;
}

function isMusl(): boolean {
  const { header } = process.report.getReport() as { readonly header: Readonly<Record<string, unknown>> };
  return process.platform === 'linux' && header['glibcVersionRuntime'] === undefined;
}
