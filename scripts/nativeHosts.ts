/** Which hosts the native files that ship could call: whose names stand in them. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The native files of all platforms, as npm brings them. */
export const NATIVE_FOLDER = fileURLToPath(new URL('../node_modules/onnxruntime-node/bin', import.meta.url));

/** Hosts that are looked at, and stand in descriptions of operators, messages, certificates or names of types. */
const KNOWN: ReadonlySet<string> = new Set([
  // Descriptions of operators
  ...['arxiv.org', 'devblogs.nvidia.com', 'docs.nvidia.com', 'docs.scipy.org', 'en.wikipedia.org', 'github.com'],
  ...['huggingface.co', 'ieeexplore.ieee.org', 'numpy.org', 'papers.nips.cc', 'pytorch.org', 'tinyurl.com'],
  ...['www.opencompute.org', 'www.tensorflow.org'],
  // Messages of Dawn, which is WebGPU, and of the shader compiler
  ...['crbug.com', 'dawn.googlesource.com', 'dawn-review.googlesource.com', 'docs.vulkan.org', 'gpuweb.github.io'],
  ...['issues.chromium.org', 'khr.io', 'llvm.org', 'source.chromium.org', 'yaml.org'],
  // Names of types and of symbols
  ...['type.googleapis.com', 'type.googleprod.com', 'z-google.golang.org'],
  // What Windows' and macOS's signatures of these files name
  ...['crl.microsoft.com', 'www.microsoft.com', 'www.microsoft.com0'],
]);

const WITH_SCHEME = /(?:https?|wss?|ftp):\/\/([a-z0-9](?:[a-z0-9.-]*[a-z0-9])?)/gi;
const BARE = /(?<![\w.@/-])((?:[a-z0-9-]{2,}\.)+(?:com|net|org|io|dev|ms|cloud|ai|co))(?![\w.-])/gi;

/** A host that is not known, and the file that names it. */
export interface NamedHost {
  readonly host: string;
  /** Relative to the folder. */
  readonly file: string;
}

/** Looks through all files below a folder, for text of one and of two bytes a character. */
export function unknownHosts(folder: string): NamedHost[] {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort();
  return files
    .filter((file) => statSync(join(folder, file)).isFile())
    .flatMap((file) =>
      [...hostsIn(readFileSync(join(folder, file)))].filter((host) => !KNOWN.has(host)).map((host) => ({ host, file })),
    );
}

function hostsIn(bytes: Buffer): Set<string> {
  // Text of two bytes a character may begin at an odd byte.
  const texts = [bytes.toString('latin1'), bytes.toString('utf16le'), bytes.subarray(1).toString('utf16le')];
  const found = texts.flatMap((text) => [WITH_SCHEME, BARE].flatMap((pattern) => [...text.matchAll(pattern)]));
  return new Set(found.map(([, host]) => host!.toLowerCase()));
}
