import { createHash } from 'node:crypto';

/**
 * Whether a file is kept away from training to measure the model on: when the first byte of the MD5 of its path
 * (relative to the scanned folder, `/` between folders, UTF-8) is divisible by 10. The rule looks at nothing but the
 * path, so a file stays on its side while the files around it come and go.
 */
export function isHeldOut(path: string): boolean {
  return hashOf(path)[0]! % 10 === 0;
}

/**
 * Splits documents by `isHeldOut`, keeping their order. When the rule holds none out, the one with the smallest hash
 * is, so that there is always something to measure on; a single document is therefore held out and leaves none to
 * train on.
 */
export function splitDocuments<T extends { readonly path: string }>(
  documents: readonly T[],
): { train: T[]; heldOut: T[] } {
  const train = documents.filter((document) => !isHeldOut(document.path));
  const heldOut = documents.filter((document) => isHeldOut(document.path));
  if (heldOut.length > 0 || train.length === 0) return { train, heldOut };
  const smallest = train.reduce((a, b) => (isBeforeByHash(b.path, a.path) ? b : a));
  return { train: train.filter((document) => document !== smallest), heldOut: [smallest] };
}

/** Whether the first of two paths has the smaller hash. */
export function isBeforeByHash(path: string, other: string): boolean {
  return hashOf(path).compare(hashOf(other)) < 0;
}

/** By the MD5 of their paths: an order that has nothing to do with what they are. */
export function inHashOrder<T extends { readonly path: string }>(documents: readonly T[]): T[] {
  return documents
    .map((document) => ({ document, hash: hashOf(document.path) }))
    .sort((a, b) => a.hash.compare(b.hash))
    .map(({ document }) => document);
}

function hashOf(path: string): Buffer {
  return createHash('md5').update(path, 'utf8').digest();
}
