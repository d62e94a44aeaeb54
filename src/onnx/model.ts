import { fromBinary } from '@bufbuild/protobuf';
import { TensorProto_DataType as DataType, type ModelProto, ModelProtoSchema, type TensorProto } from './onnx_pb.js';

/** A float32 tensor that is stored in a model. */
export interface StoredTensor {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** What can be read from an `.onnx` file without running it. */
export interface StoredModel {
  /** `metadata_props` */
  readonly metadata: ReadonlyMap<string, string>;
  /** The float32 initializers by name. Data are copied when asked for. */
  readonly tensors: ReadonlyMap<string, () => StoredTensor>;
}

/**
 * Reads an `.onnx` file.
 *
 * @throws Error when the bytes are not a whole ONNX model
 */
export function readModel(bytes: Uint8Array): StoredModel {
  const model = fromBinary(ModelProtoSchema, bytes);
  if (!isPlausible(model)) throw new Error('These bytes do not describe an ONNX model.');
  return {
    metadata: new Map(model.metadataProps.map(({ key, value }) => [key, value])),
    tensors: new Map(
      model.graph!.initializer.filter(isFloat).map((tensor) => [tensor.name, () => storedTensor(tensor)]),
    ),
  };
}

/** Protocol buffers let nearly anything pass for an empty message: a model has a version, operators and a graph. */
function isPlausible({ irVersion, opsetImport, graph }: ModelProto): boolean {
  return irVersion > 0n && opsetImport.length > 0 && graph !== undefined && graph.node.length > 0;
}

function isFloat(tensor: TensorProto): boolean {
  return tensor.dataType === DataType.FLOAT;
}

/** Other programs may store floats one by one instead of as bytes. */
function storedTensor({ dims, rawData, floatData }: TensorProto): StoredTensor {
  const shape = dims.map(Number);
  if (floatData.length > 0) return { shape, data: Float32Array.from(floatData) };
  const data = new Float32Array(Math.floor(rawData.length / Float32Array.BYTES_PER_ELEMENT));
  new Uint8Array(data.buffer).set(rawData.subarray(0, data.byteLength));
  return { shape, data };
}
