import { create, type MessageInitShape, toBinary } from '@bufbuild/protobuf';
import {
  type AttributeProto,
  AttributeProtoSchema,
  AttributeProto_AttributeType as AttributeType,
  TensorProto_DataType as DataType,
  type GraphProto,
  GraphProtoSchema,
  ModelProtoSchema,
  NodeProtoSchema,
  TensorProtoSchema,
  type ValueInfoProto,
  ValueInfoProtoSchema,
} from './onnx_pb.js';
import type { Dimension, ElementType, Value } from './values.ts';

/** The operator-set version that every graph is written for (ONNX 1.16; onnxruntime ≥ 1.18). */
const OPSET_VERSION = 21;
const IR_VERSION = 10;

export type Attribute = number | readonly number[] | string | GraphParts;

/** An operator with the names of what it reads and writes; an input that is left out has the name ''. */
interface Node {
  readonly operator: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Readonly<Record<string, Attribute>>;
}

/** A tensor that is stored in the model. */
interface StoredTensor extends Value {
  readonly shape: readonly number[];
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** All that a graph is made of, in the order in which it is written. */
export interface GraphParts {
  readonly name: string;
  readonly nodes: readonly Node[];
  readonly stored: readonly StoredTensor[];
  readonly inputs: readonly (Value & { readonly shape: readonly Dimension[] | undefined })[];
  /** Names of outputs, and what they are the values of. */
  readonly outputs: readonly {
    readonly name: string;
    readonly value: Value;
    readonly shape: readonly Dimension[] | undefined;
  }[];
}

export const dataTypes: Readonly<Record<ElementType, DataType>> = {
  float32: DataType.FLOAT,
  int32: DataType.INT32,
  int64: DataType.INT64,
  bool: DataType.BOOL,
};

/** The bytes of an `.onnx` file. */
export function modelOf(graph: GraphParts, metadata: Readonly<Record<string, string>>): Uint8Array<ArrayBuffer> {
  const model = create(ModelProtoSchema, {
    irVersion: BigInt(IR_VERSION),
    producerName: 'inkling',
    opsetImport: [{ domain: '', version: BigInt(OPSET_VERSION) }],
    graph: graphOf(graph, new Map()),
    metadataProps: Object.entries(metadata).map(([key, value]) => ({ key, value })),
  });
  return toBinary(ModelProtoSchema, model);
}

/**
 * An output takes the place of the value it was declared for, so that nothing is copied. Only a value that is an
 * output already, or that this graph did not compute, goes through an `Identity`.
 *
 * @param outerNames what values of the graphs around this one are called in the model
 */
function graphOf(graph: GraphParts, outerNames: ReadonlyMap<string, string>): GraphProto {
  const computed = new Set(graph.nodes.flatMap((node) => node.outputs));
  const names = new Map(outerNames);
  const copies: Node[] = [];
  for (const { name, value } of graph.outputs) {
    if (computed.has(value.name) && !names.has(value.name)) names.set(value.name, name);
    else copies.push({ operator: 'Identity', inputs: [value.name], outputs: [name], attributes: {} });
  }
  const named = (name: string) => names.get(name) ?? name;
  return create(GraphProtoSchema, {
    name: graph.name,
    node: [...graph.nodes, ...copies].map(({ operator, inputs, outputs, attributes }) =>
      create(NodeProtoSchema, {
        opType: operator,
        input: inputs.map(named),
        output: outputs.map(named),
        attribute: Object.entries(attributes).map(([name, value]) => attributeOf(name, value, names)),
      }),
    ),
    initializer: graph.stored.map(({ name, type, shape, bytes }) =>
      create(TensorProtoSchema, { name, dataType: dataTypes[type], dims: shape.map(BigInt), rawData: bytes }),
    ),
    input: graph.inputs.map(({ name, type, shape }) => valueInfo(name, type, shape)),
    output: graph.outputs.map(({ name, value, shape }) => valueInfo(name, value.type, shape)),
  });
}

function attributeOf(name: string, value: Attribute, names: ReadonlyMap<string, string>): AttributeProto {
  const field = (init: MessageInitShape<typeof AttributeProtoSchema>) =>
    create(AttributeProtoSchema, { name, ...init });
  if (typeof value === 'number') return field({ type: AttributeType.INT, i: BigInt(value) });
  if (typeof value === 'string') return field({ type: AttributeType.STRING, s: new TextEncoder().encode(value) });
  if ('nodes' in value) return field({ type: AttributeType.GRAPH, g: graphOf(value, names) });
  return field({ type: AttributeType.INTS, ints: value.map(BigInt) });
}

function valueInfo(name: string, type: ElementType, shape: readonly Dimension[] | undefined): ValueInfoProto {
  const dim = shape?.map((size) => ({
    value:
      typeof size === 'number'
        ? ({ case: 'dimValue', value: BigInt(size) } as const)
        : ({ case: 'dimParam', value: size } as const),
  }));
  return create(ValueInfoProtoSchema, {
    name,
    type: {
      value: {
        case: 'tensorType',
        value: { elemType: dataTypes[type], ...(dim === undefined ? {} : { shape: { dim } }) },
      },
    },
  });
}
