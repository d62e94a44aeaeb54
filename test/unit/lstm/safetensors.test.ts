import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UserFacingError } from '../../../src/base/errors.ts';
import { decodeSafetensors, encodeSafetensors, tensorData } from '../../../src/lstm/safetensors.ts';

const tensors = {
  weight: { shape: [2, 3], data: Float32Array.of(1, -2, 3.5, 0, -0, 1e-40) },
  bias: { shape: [3], data: Float32Array.of(Number.NaN, Infinity, -Infinity) },
  scalar: { shape: [], data: Float32Array.of(7) },
  nothing: { shape: [0, 4], data: new Float32Array(0) },
};
const metadata = { format: 'test', 'ключ 🔑': 'line\n"quoted" \ud800' };

describe('safetensors', () => {
  it('come back as they were written, names, shapes, numbers and metadata', () => {
    const decoded = decodeSafetensors(encode(tensors, metadata));
    expect(decoded).toEqual({ tensors, metadata });
    expect(Object.keys(decoded.tensors)).toEqual(Object.keys(tensors));
  });

  it('come back whatever they hold', () => {
    const tensor = fc.array(fc.nat(4), { maxLength: 3 }).chain((shape) => {
      const length = shape.reduce((product, size) => product * size, 1);
      return fc.float32Array({ minLength: length, maxLength: length }).map((data) => ({ shape, data }));
    });
    const name = fc.string({ unit: 'grapheme' }).filter((text) => text !== '__metadata__' && text !== '__proto__');
    fc.assert(
      fc.property(fc.dictionary(name, tensor), fc.dictionary(name, fc.string({ unit: 'grapheme' })), (some, notes) => {
        const decoded = decodeSafetensors(encode({ ...some }, { ...notes }));
        expect(decoded).toEqual({ tensors: { ...some }, metadata: { ...notes } });
      }),
    );
  });

  it('are laid out as the format says: header length, padded JSON, numbers in order', () => {
    const bytes = encode({
      a: { shape: [2], data: Float32Array.of(1, 2) },
      b: { shape: [1], data: Float32Array.of(3) },
    });
    const view = new DataView(bytes.buffer);
    const length = Number(view.getBigUint64(0, true));
    expect(length % 8).toBe(0);
    expect(JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length)))).toEqual({
      __metadata__: {},
      a: { dtype: 'F32', shape: [2], data_offsets: [0, 8] },
      b: { dtype: 'F32', shape: [1], data_offsets: [8, 12] },
    });
    expect([0, 4, 8].map((offset) => view.getFloat32(8 + length + offset, true))).toEqual([1, 2, 3]);
    expect(bytes.length).toBe(8 + length + 12);
  });

  it('are not copied, neither to be written nor to be read', () => {
    const chunks = encodeSafetensors(tensors, metadata);
    expect(chunks.map((chunk) => chunk.buffer)).toContain(tensors.weight.data.buffer);
    const bytes = encode(tensors, metadata);
    expect(decodeSafetensors(bytes).tensors['weight']?.data.buffer).toBe(bytes.buffer);
  });

  it('are read from bytes that lie at any place in memory', () => {
    const bytes = encode(tensors, metadata);
    const shifted = new Uint8Array(bytes.length + 1);
    shifted.set(bytes, 1);
    expect(decodeSafetensors(shifted.subarray(1))).toEqual({ tensors, metadata });
  });

  it('with a shape that does not fit the numbers are not written', () => {
    expect(() => encodeSafetensors({ a: { shape: [3], data: new Float32Array(2) } })).toThrow('[3]');
  });

  it('are asked for by name and shape', () => {
    expect(tensorData(tensors, 'weight', [2, 3])).toBe(tensors.weight.data);
    expect(() => tensorData(tensors, 'weight', [3, 2])).toThrow(UserFacingError);
    expect(() => tensorData(tensors, 'absent', [3, 2])).toThrow(UserFacingError);
  });
});

describe('a file that is not whole safetensors', () => {
  const entry = (fields: object) => ({ dtype: 'F32', shape: [2], data_offsets: [0, 8], ...fields });

  it.each<[string, Uint8Array, string]>([
    ['nothing at all', new Uint8Array(0), 'too short'],
    ['fewer bytes than a length has', new Uint8Array(7), 'too short'],
    ['plain text', new TextEncoder().encode('export const x = 1;\n'), 'absurd'],
    ['a header that ends after the file', withHeader('{}', 0, 100), 'within its header'],
    ['a header that is not JSON', withHeader('{"a":', 0), 'not JSON'],
    ['a header that is not UTF-8', fileOf(Uint8Array.of(0x22, 0xff, 0x22), 0), 'not JSON'],
    ['a header that is a list', withHeader('[]', 0), 'not a JSON object'],
    ['metadata that are not text', withHeader({ __metadata__: { a: 1 } }, 0), 'metadata'],
    ['a tensor that is not described', withHeader({ a: 5 }, 0), 'not described'],
    ['numbers of another type', withHeader({ a: entry({ dtype: 'F16', data_offsets: [0, 4] }) }, 4), '32-bit'],
    ['a shape with a negative size', withHeader({ a: entry({ shape: [-2] }) }, 8), 'shape'],
    ['a shape with a fraction', withHeader({ a: entry({ shape: [0.5] }) }, 8), 'shape'],
    ['a shape beyond all memory', withHeader({ a: entry({ shape: [2 ** 40, 2 ** 40] }) }, 8), 'does not fit'],
    ['a place that is missing', withHeader({ a: entry({ data_offsets: [0] }) }, 8), 'not given'],
    ['a place that ends before it starts', withHeader({ a: entry({ data_offsets: [8, 0] }) }, 8), 'does not fit'],
    ['a place of another size', withHeader({ a: entry({ data_offsets: [0, 4] }) }, 8), 'does not fit'],
    ['tensors that overlap', withHeader({ a: entry({}), b: entry({ data_offsets: [4, 12] }) }, 12), 'overlap'],
    ['two tensors in one place', withHeader({ a: entry({}), b: entry({}) }, 8), 'overlap'],
    ['a gap between tensors', withHeader({ a: entry({}), b: entry({ data_offsets: [12, 20] }) }, 20), 'gaps'],
    ['a gap at the start', withHeader({ a: entry({ data_offsets: [4, 12] }) }, 12), 'gaps'],
    ['numbers that are cut off', withHeader({ a: entry({}) }, 7), 'ends before'],
    ['more than its tensors', withHeader({ a: entry({}) }, 9), 'goes on'],
    [
      'a name that stands twice',
      withHeader(`{"a":${JSON.stringify(entry({}))},"a":${JSON.stringify(entry({ data_offsets: [8, 16] }))}}`, 16),
      'gaps',
    ],
  ])('is refused with a reason: %s', (_, bytes, reason) => {
    expect(() => decodeSafetensors(bytes)).toThrow(UserFacingError);
    expect(() => decodeSafetensors(bytes)).toThrow(reason);
  });

  it('is refused wherever it is cut', () => {
    const bytes = encode(tensors, metadata);
    for (let length = 0; length < bytes.length; length++) {
      expect(() => decodeSafetensors(bytes.subarray(0, length)), `${length} bytes`).toThrow(UserFacingError);
    }
  });
});

function encode(...args: Parameters<typeof encodeSafetensors>): Uint8Array {
  return new Uint8Array(Buffer.concat(encodeSafetensors(...args)));
}

function withHeader(header: object | string, dataLength: number, claimedLength?: number): Uint8Array {
  const text = typeof header === 'string' ? header : JSON.stringify(header);
  return fileOf(new TextEncoder().encode(text), dataLength, claimedLength);
}

function fileOf(header: Uint8Array, dataLength: number, claimedLength = header.length): Uint8Array {
  const bytes = new Uint8Array(8 + header.length + dataLength);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(claimedLength), true);
  bytes.set(header, 8);
  return bytes;
}
