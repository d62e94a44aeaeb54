import { BinaryReader, WireType } from '@bufbuild/protobuf/wire';
import { TensorProto_DataType as DataType } from './onnx_pb.js';

/** A float32 tensor that is stored in a model. */
export interface StoredTensor {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** What can be read from an `.onnx` file without running it. */
export interface StoredModel {
  /** `metadata_props`; entries longer than {@link LONGEST_TEXT} are passed over. */
  readonly metadata: ReadonlyMap<string, string>;
  /** The float32 initializers by name. Data are copied when asked for, which throws where they are damaged. */
  readonly tensors: ReadonlyMap<string, () => StoredTensor>;
}

/** Field numbers of the messages in onnx.proto that are read. */
const MODEL = { irVersion: 1, graph: 7, opsetImport: 8, metadataProps: 14 } as const;
const GRAPH = { node: 1, initializer: 5 } as const;
const TENSOR = { dims: 1, dataType: 2, floatData: 4, name: 8, rawData: 9 } as const;
const ENTRY = { key: 1, value: 2 } as const;

/** A model has no field beyond this, today's format having 26. */
const LAST_FIELD = 100;

/** Bytes of a name or a value. */
const LONGEST_TEXT = 1 << 20;
const MOST_ENTRIES = 1000;
const MOST_TENSORS = 10_000;
const MOST_DIMENSIONS = 16;

/**
 * Reads an `.onnx` file. Only what is asked for is taken out of it, and nodes are passed over: a file of two bytes a node
 * would otherwise become a hundred times its size in memory.
 *
 * @throws Error when the bytes are not a whole ONNX model
 */
export function readModel(bytes: Uint8Array): StoredModel {
  const metadata = new Map<string, string>();
  const tensors = new Map<string, () => StoredTensor>();
  let nodes = 0;
  let operatorSets = 0;
  let hasVersion = false;
  if (!mayBeModel(bytes)) throw new Error('These bytes do not begin as an ONNX model.');
  readFields(bytes, {
    [MODEL.irVersion]: (reader) => {
      hasVersion = BigInt(reader.int64()) > 0n;
    },
    [MODEL.opsetImport]: (reader, type) => {
      bytesOf(reader, type);
      operatorSets++;
    },
    [MODEL.metadataProps]: (reader, type) => {
      const [key, value] = readEntry(bytesOf(reader, type));
      if (key === undefined || value === undefined) return;
      metadata.set(key, value);
      if (metadata.size > MOST_ENTRIES) throw new Error('There are too many metadata.');
    },
    [MODEL.graph]: (reader, type) => {
      nodes += readGraph(bytesOf(reader, type), tensors);
    },
  });
  // Protocol buffers let nearly anything pass for an empty message: a model has a version, operators and a graph.
  if (!(hasVersion && operatorSets > 0 && nodes > 0)) throw new Error('These bytes do not describe an ONNX model.');
  return { metadata, tensors };
}

/** Whether a file that begins with these bytes may be an ONNX model; false only where {@link readModel} would throw. */
export function mayBeModel(head: Uint8Array): boolean {
  try {
    const [field] = new BinaryReader(head).tag();
    return field <= LAST_FIELD;
  } catch {
    return false;
  }
}

/** @returns how many nodes there are */
function readGraph(bytes: Uint8Array, tensors: Map<string, () => StoredTensor>): number {
  let nodes = 0;
  readFields(bytes, {
    [GRAPH.node]: (reader, type) => {
      bytesOf(reader, type);
      nodes++;
    },
    [GRAPH.initializer]: (reader, type) => {
      const tensor = bytesOf(reader, type);
      const name = nameOfFloats(tensor);
      if (name !== undefined) tensors.set(name, () => readTensor(tensor));
      if (tensors.size > MOST_TENSORS) throw new Error('There are too many tensors.');
    },
  });
  return nodes;
}

/** An entry of `metadata_props`; undefined for what is too long. */
function readEntry(bytes: Uint8Array): [key: string | undefined, value: string | undefined] {
  let key: string | undefined = '';
  let value: string | undefined = '';
  readFields(bytes, {
    [ENTRY.key]: (reader, type) => {
      key = textOf(bytesOf(reader, type));
    },
    [ENTRY.value]: (reader, type) => {
      value = textOf(bytesOf(reader, type));
    },
  });
  return [key, value];
}

/** The name of a tensor, undefined when it holds no float32 numbers. */
function nameOfFloats(bytes: Uint8Array): string | undefined {
  let name: string | undefined = '';
  let dataType = 0;
  readFields(bytes, {
    [TENSOR.name]: (reader, type) => {
      name = textOf(bytesOf(reader, type));
    },
    [TENSOR.dataType]: (reader) => {
      dataType = reader.int32();
    },
  });
  return dataType === DataType.FLOAT ? name : undefined;
}

/** Other programs may store floats one by one instead of as bytes. */
function readTensor(bytes: Uint8Array): StoredTensor {
  const shape: number[] = [];
  const single: number[] = [];
  let raw: Uint8Array = new Uint8Array(0);
  readFields(bytes, {
    [TENSOR.dims]: (reader, type) => {
      readRepeated(reader, type, () => shape.push(Number(reader.int64())));
      if (shape.length > MOST_DIMENSIONS) throw new Error('A tensor has too many dimensions.');
    },
    [TENSOR.floatData]: (reader, type) => readRepeated(reader, type, () => single.push(reader.float())),
    [TENSOR.rawData]: (reader, type) => {
      raw = bytesOf(reader, type);
    },
  });
  if (single.length > 0) return { shape, data: Float32Array.from(single) };
  const data = new Float32Array(Math.floor(raw.length / Float32Array.BYTES_PER_ELEMENT));
  new Uint8Array(data.buffer).set(raw.subarray(0, data.byteLength));
  return { shape, data };
}

/** Numbers one by one, or all of them in one piece. */
function readRepeated(reader: BinaryReader, type: WireType, read: () => void): void {
  if (type !== WireType.LengthDelimited) {
    read();
    return;
  }
  const length = reader.uint32();
  const end = reader.pos + length;
  while (reader.pos < end) read();
}

/** @throws Error where the field is of another type */
function bytesOf(reader: BinaryReader, type: WireType): Uint8Array {
  if (type !== WireType.LengthDelimited) throw new Error('A field has another type.');
  return reader.bytes();
}

function textOf(bytes: Uint8Array): string | undefined {
  return bytes.length > LONGEST_TEXT ? undefined : new TextDecoder().decode(bytes);
}

type FieldReaders = Readonly<Record<number, (reader: BinaryReader, type: WireType) => void>>;

/** Reads a message's fields by their numbers, and passes over the others. */
function readFields(bytes: Uint8Array, readers: FieldReaders): void {
  const reader = new BinaryReader(bytes);
  while (reader.pos < reader.len) {
    const [field, type] = reader.tag();
    const read = Object.hasOwn(readers, field) ? readers[field] : undefined;
    if (read === undefined) reader.skip(type, field);
    else read(reader, type);
  }
  if (reader.pos !== reader.len) throw new Error('A message ends within a field.');
}
