import fc from 'fast-check';

/** One change of some bytes; places are parts of their length, 0 to 1. */
type Damage =
  | { readonly type: 'flip'; readonly at: number; readonly bit: number }
  | { readonly type: 'cut'; readonly at: number }
  | { readonly type: 'remove'; readonly at: number; readonly length: number }
  | { readonly type: 'overwrite'; readonly at: number; readonly bytes: Uint8Array }
  | { readonly type: 'insert'; readonly at: number; readonly bytes: Uint8Array }
  | { readonly type: 'repeat'; readonly at: number; readonly length: number };

/** The beginning is where lengths and names stand. */
const place = fc.oneof(
  fc.double({ min: 0, max: 1, noNaN: true }),
  fc.double({ min: 0, max: 0.05, noNaN: true }),
  fc.double({ min: 0.95, max: 1, noNaN: true }),
);
const length = fc.oneof(fc.nat(16), fc.nat(5000));
const bytes = fc.oneof(
  fc.uint8Array({ minLength: 1, maxLength: 64 }),
  fc.constantFrom(
    new Uint8Array(8),
    new Uint8Array(16).fill(0xff),
    Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0x07), // a length of two gigabytes, as a varint
    Uint8Array.of(0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80),
    new Uint8Array(300).fill(0x0b), // groups within groups
  ),
);

const damage: fc.Arbitrary<Damage> = fc.oneof(
  fc.record({ type: fc.constant('flip' as const), at: place, bit: fc.nat(7) }),
  fc.record({ type: fc.constant('cut' as const), at: place }),
  fc.record({ type: fc.constant('remove' as const), at: place, length }),
  fc.record({ type: fc.constant('overwrite' as const), at: place, bytes }),
  fc.record({ type: fc.constant('insert' as const), at: place, bytes }),
  fc.record({ type: fc.constant('repeat' as const), at: place, length }),
);

/** Some bytes after a few changes, all of them copies. */
export function damaged(original: Uint8Array): fc.Arbitrary<Uint8Array> {
  return fc.array(damage, { minLength: 1, maxLength: 4 }).map((changes) => changes.reduce(changed, original));
}

function changed(original: Uint8Array, change: Damage): Uint8Array {
  const at = Math.floor(change.at * original.length);
  switch (change.type) {
    case 'flip': {
      const copy = original.slice();
      if (at < copy.length) copy[at]! ^= 1 << change.bit;
      return copy;
    }
    case 'cut':
      return original.slice(0, at);
    case 'remove':
      return joined(original.subarray(0, at), original.subarray(at + change.length));
    case 'overwrite':
      return joined(original.subarray(0, at), change.bytes, original.subarray(at + change.bytes.length));
    case 'insert':
      return joined(original.subarray(0, at), change.bytes, original.subarray(at));
    case 'repeat':
      return joined(original.subarray(0, at + change.length), original.subarray(at));
  }
}

export function joined(...pieces: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(pieces));
}
