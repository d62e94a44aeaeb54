import * as l10n from '@vscode/l10n';
import { UserFacingError } from '../base/errors.ts';

/** A named tensor's numbers, row-major; its name is the key under which it is kept. */
export interface SafeTensor {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

export type SafeTensors = Readonly<Record<string, SafeTensor>>;

/** Bytes before the header: its length, unsigned, little-endian. */
const PREFIX = 8;
const ALIGNMENT = 8;
/**
 * Bytes. The format's reference implementation allows six times as much, but a header names a few tensors here, and what is
 * parsed of it takes many times its size in memory.
 */
const LONGEST_HEADER = 16 * 2 ** 20;
const BYTES_PER_NUMBER = Float32Array.BYTES_PER_ELEMENT;

/** How the header describes one tensor. */
interface TensorEntry {
  readonly dtype: 'F32';
  readonly shape: readonly number[];
  /** First byte and the one after the last, counted from the end of the header. */
  readonly data_offsets: readonly [number, number];
}

/**
 * Float32 tensors in the safetensors format: an 8-byte length, a JSON header padded with spaces so that the numbers
 * begin at a multiple of 8 bytes, and the numbers, little-endian, in the order given.
 *
 * Source: https://huggingface.co/docs/safetensors/index#format
 *
 * @returns the file's bytes in pieces; the tensors' are views, not copies
 * @throws Error when a shape does not fit its numbers, or the header is longer than the format allows
 */
export function encodeSafetensors(tensors: SafeTensors, metadata: Readonly<Record<string, string>> = {}): Uint8Array[] {
  const entries: [string, TensorEntry | typeof metadata][] = [['__metadata__', metadata]];
  let offset = 0;
  for (const [name, { shape, data }] of Object.entries(tensors)) {
    if (sizeOf(shape) !== data.length) throw new Error(`${name}: [${shape}] does not hold ${data.length} numbers.`);
    const end = offset + data.byteLength;
    entries.push([name, { dtype: 'F32', shape, data_offsets: [offset, end] }]);
    offset = end;
  }
  return [headerBytes(Object.fromEntries(entries)), ...Object.values(tensors).map(({ data }) => bytesOf(data))];
}

/**
 * Reads what {@link encodeSafetensors}, or any other writer of float32 safetensors, wrote. Tensors are views into
 * `bytes` where its alignment allows, so beside the header nothing of size is allocated.
 *
 * @throws UserFacingError when the bytes are not a whole, well-formed file of float32 tensors
 */
export function decodeSafetensors(bytes: Uint8Array): { tensors: SafeTensors; metadata: Record<string, string> } {
  const headerLength = readHeaderLength(bytes);
  const header = parseHeader(bytes.subarray(PREFIX, PREFIX + headerLength));
  const data = bytes.subarray(PREFIX + headerLength);
  const { __metadata__: metadata = {}, ...described } = header;
  const entries = Object.entries(described).map(([name, entry]) => [name, checkedEntry(name, entry)] as const);
  checkCoverage(
    entries.map(([, entry]) => entry.data_offsets),
    data.length,
  );
  return {
    tensors: Object.fromEntries(
      entries.map(([name, { shape, data_offsets }]) => [name, { shape, data: floats(data.subarray(...data_offsets)) }]),
    ),
    metadata: checkedMetadata(metadata),
  };
}

/**
 * The numbers of one tensor, once its shape is seen to be the one expected.
 *
 * @throws UserFacingError when there is no such tensor, or it has another shape
 */
export function tensorData(tensors: SafeTensors, name: string, shape: readonly number[]): Float32Array {
  const tensor = tensorNamed(tensors, name);
  if (tensor.shape.join() === shape.join()) return tensor.data;
  throw new UserFacingError(
    l10n.t('Its tensor "{0}" has the shape [{1}] instead of [{2}].', name, tensor.shape.join(', '), shape.join(', ')),
  );
}

/** @throws UserFacingError when there is no such tensor */
export function tensorNamed(tensors: SafeTensors, name: string): SafeTensor {
  const tensor = tensors[name];
  if (tensor === undefined) throw new UserFacingError(l10n.t('It lacks the tensor "{0}".', name));
  return tensor;
}

function headerBytes(header: object): Uint8Array {
  const text = new TextEncoder().encode(JSON.stringify(header));
  const length = Math.ceil(text.length / ALIGNMENT) * ALIGNMENT;
  if (length > LONGEST_HEADER) throw new Error(`A safetensors header of ${length} bytes is longer than allowed.`);
  const bytes = new Uint8Array(PREFIX + length).fill(' '.charCodeAt(0));
  new DataView(bytes.buffer).setBigUint64(0, BigInt(length), true);
  bytes.set(text, PREFIX);
  return bytes;
}

/** Whether a file that begins with these bytes may be safetensors; false only where decoding would throw. */
export function mayBeSafetensors(head: Uint8Array): boolean {
  return head.length >= PREFIX && headerLengthIn(head) <= LONGEST_HEADER;
}

function headerLengthIn(bytes: Uint8Array): bigint {
  return new DataView(bytes.buffer, bytes.byteOffset, PREFIX).getBigUint64(0, true);
}

function readHeaderLength(bytes: Uint8Array): number {
  if (bytes.length < PREFIX) throw damaged(l10n.t('it is too short to be one'));
  const length = headerLengthIn(bytes);
  if (length > LONGEST_HEADER) throw damaged(l10n.t('the length of its header is absurd'));
  if (length > bytes.length - PREFIX) throw damaged(l10n.t('it ends within its header'));
  return Number(length);
}

function parseHeader(bytes: Uint8Array): Record<string, unknown> {
  let header: unknown;
  try {
    header = JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes));
  } catch (error) {
    throw damaged(l10n.t('its header is not JSON'), error);
  }
  if (!isRecord(header)) throw damaged(l10n.t('its header is not a JSON object'));
  return header;
}

/** An entry whose shape, type and place agree with each other; whether the file has that place is not known here. */
function checkedEntry(name: string, entry: unknown): TensorEntry {
  if (!isRecord(entry)) throw damaged(l10n.t('{0} is not described as a tensor', quoted(name)));
  const { dtype, shape, data_offsets: offsets } = entry;
  if (dtype !== 'F32') throw damaged(l10n.t('{0} does not hold 32-bit floating-point numbers', quoted(name)));
  if (!isSizes(shape)) throw damaged(l10n.t('the shape of {0} is not a list of sizes', quoted(name)));
  if (!isSizes(offsets) || offsets.length !== 2) throw damaged(l10n.t('the place of {0} is not given', quoted(name)));
  const [start, end] = offsets as [number, number];
  if (end - start !== sizeOf(shape) * BYTES_PER_NUMBER) {
    throw damaged(l10n.t('the place of {0} does not fit its shape', quoted(name)));
  }
  return { dtype, shape, data_offsets: [start, end] };
}

/**
 * The tensors must lie one after the other and fill the data, as the format demands. So none overlap or are cut off,
 * and of two with one name, of which JSON keeps the last, the first is missed.
 */
function checkCoverage(places: readonly (readonly [number, number])[], available: number): void {
  let covered = 0;
  for (const [start, end] of [...places].sort((a, b) => a[0] - b[0] || a[1] - b[1])) {
    if (start !== covered) throw damaged(l10n.t('its tensors overlap or leave gaps'));
    covered = end;
  }
  if (covered > available) throw damaged(l10n.t('it ends before its tensors do'));
  if (covered < available) throw damaged(l10n.t('it goes on after its tensors'));
}

function checkedMetadata(metadata: unknown): Record<string, string> {
  if (!isRecord(metadata) || !Object.values(metadata).every((value) => typeof value === 'string')) {
    throw damaged(l10n.t('its metadata are not all text'));
  }
  return metadata as Record<string, string>;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isSizes(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((size) => Number.isSafeInteger(size) && size >= 0);
}

function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

function bytesOf(data: Float32Array): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}

function floats(bytes: Uint8Array): Float32Array {
  const aligned = bytes.byteOffset % BYTES_PER_NUMBER === 0 ? bytes : bytes.slice();
  return new Float32Array(aligned.buffer, aligned.byteOffset, aligned.byteLength / BYTES_PER_NUMBER);
}

/** A name for an error message, however strange or long. */
function quoted(name: string): string {
  return JSON.stringify(name.length > 80 ? `${name.slice(0, 80)}…` : name);
}

function damaged(reason: string, cause?: unknown): UserFacingError {
  return new UserFacingError(l10n.t('It is not a whole safetensors file: {0}.', reason), 'failure', { cause });
}
