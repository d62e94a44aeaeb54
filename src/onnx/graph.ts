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
  type TensorProto,
  TensorProtoSchema,
  type ValueInfoProto,
  ValueInfoProtoSchema,
} from './onnx_pb.js';

export type ElementType = 'float32' | 'int32' | 'int64' | 'bool';

/** A dimension: a fixed size, or the name of one that is known when the model runs. */
export type Dimension = number | string;

/** A tensor in a graph: the output of a node, an input, or a constant. `type` is checked by the compiler only. */
export interface Value<T extends ElementType = ElementType> {
  readonly name: string;
  readonly type: T;
}

type Attribute = number | readonly number[] | string | Graph;

interface Node {
  readonly operator: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Readonly<Record<string, Attribute>>;
}

const dataTypes: Readonly<Record<ElementType, DataType>> = {
  float32: DataType.FLOAT,
  int32: DataType.INT32,
  int64: DataType.INT64,
  bool: DataType.BOOL,
};

/** The operator-set version that every graph is written for (ONNX 1.16; onnxruntime ≥ 1.18). */
const OPSET_VERSION = 21;
const IR_VERSION = 10;

/** The loop of a `Scan`: what it carries from step to step, what it reads and what it stacks. */
export interface ScanLoop {
  /** Initial values of what is carried from one step to the next. */
  readonly states: readonly Value[];
  /** Tensors read one slice of the first axis per step. */
  readonly inputs: readonly Value[];
  /** Runs over time backwards; stacked outputs keep their place in time. */
  readonly reverse?: boolean;
  /** One step: the next states and what is stacked along a new first axis. May use values of the outer graph. */
  readonly body: (
    graph: Graph,
    states: Value<'float32'>[],
    slices: Value<'float32'>[],
  ) => { states: readonly Value[]; stacked: readonly Value[] };
}

/**
 * An ONNX graph under construction. Each operator is one method that adds a node and returns its output; the names are
 * ONNX's own. Shapes are not tracked: they stand in comments where graphs are written, and onnxruntime checks them.
 *
 * Source: https://onnx.ai/onnx/operators/
 */
export class Graph {
  readonly #name: string;
  readonly #prefix: string;
  readonly #maximumPieces: number;
  readonly #nodes: Node[] = [];
  readonly #initializers: TensorProto[] = [];
  readonly #inputs: ValueInfoProto[] = [];
  readonly #outputs: {
    readonly name: string;
    readonly value: Value;
    readonly shape?: readonly Dimension[] | undefined;
  }[] = [];
  readonly #constants = new Map<string, Value>();
  #count = 0;

  /** @param maximumPieces more are cut in two goes: a shader of WebGPU writes to few tensors at once */
  constructor(name: string, { prefix = '', maximumPieces = Number.POSITIVE_INFINITY } = {}) {
    this.#name = name;
    this.#prefix = prefix;
    this.#maximumPieces = maximumPieces;
  }

  input<T extends ElementType>(name: string, type: T, shape?: readonly Dimension[]): Value<T> {
    this.#inputs.push(valueInfo(name, type, shape));
    return { name, type };
  }

  /** Declares `value` as the graph's output `name`. */
  output(name: string, value: Value, shape?: readonly Dimension[]): void {
    this.#outputs.push({ name, value, shape });
  }

  /** A tensor stored in the model. Equal scalars and short vectors are stored once. */
  constant(data: Float32Array, shape?: readonly number[], name?: string): Value<'float32'>;
  constant(data: Int32Array, shape?: readonly number[], name?: string): Value<'int32'>;
  constant(data: BigInt64Array, shape?: readonly number[], name?: string): Value<'int64'>;
  constant(
    data: Float32Array | Int32Array | BigInt64Array,
    shape: readonly number[] = [data.length],
    name?: string,
  ): Value {
    const type = data instanceof Float32Array ? 'float32' : data instanceof Int32Array ? 'int32' : 'int64';
    const key = name === undefined && data.length <= 16 ? `${type}[${shape}]${data.join()}` : undefined;
    const known = key === undefined ? undefined : this.#constants.get(key);
    if (known !== undefined) return known;
    const value: Value = { name: name ?? this.#newName('constant'), type };
    const rawData = new Uint8Array(data.buffer, data.byteOffset, data.byteLength).slice();
    this.#initializers.push(
      create(TensorProtoSchema, {
        name: value.name,
        dataType: dataTypes[type],
        dims: shape.map(BigInt),
        rawData,
      }),
    );
    if (key !== undefined) this.#constants.set(key, value);
    return value;
  }

  scalar(value: number): Value<'float32'> {
    return this.constant(Float32Array.of(value), []);
  }

  integers(...values: number[]): Value<'int64'> {
    return this.constant(BigInt64Array.from(values, BigInt));
  }

  // Element by element, with broadcasting.
  add = this.#sameType('Add');
  sub = this.#sameType('Sub');
  mul = this.#sameType('Mul');
  div = this.#sameType('Div');
  min = this.#sameType('Min');
  max = this.#sameType('Max');
  sigmoid = this.#unary('Sigmoid');
  tanh = this.#unary('Tanh');
  sqrt = this.#unary('Sqrt');
  exp = this.#unary('Exp');
  log = this.#unary('Log');

  equal<T extends ElementType>(a: Value<T>, b: Value<T>): Value<'bool'> {
    return this.#node('Equal', [a, b], 'bool');
  }

  less<T extends ElementType>(a: Value<T>, b: Value<T>): Value<'bool'> {
    return this.#node('Less', [a, b], 'bool');
  }

  matMul(a: Value<'float32'>, b: Value<'float32'>): Value<'float32'> {
    return this.#node('MatMul', [a, b], 'float32');
  }

  /** a·b + c, either factor transposed on request; all of rank 2. */
  gemm(
    a: Value<'float32'>,
    b: Value<'float32'>,
    { c, transA = false, transB = false }: { c?: Value<'float32'>; transA?: boolean; transB?: boolean } = {},
  ): Value<'float32'> {
    return this.#node('Gemm', c === undefined ? [a, b] : [a, b, c], 'float32', {
      ...(transA ? { transA: 1 } : {}),
      ...(transB ? { transB: 1 } : {}),
    });
  }

  logSoftmax(x: Value<'float32'>, axis = -1): Value<'float32'> {
    return this.#node('LogSoftmax', [x], 'float32', { axis });
  }

  reduceSum(x: Value<'float32'>, axes?: readonly number[], keepDimensions = false): Value<'float32'> {
    const inputs = axes === undefined ? [x] : [x, this.integers(...axes)];
    return this.#node('ReduceSum', inputs, 'float32', { keepdims: keepDimensions ? 1 : 0 });
  }

  reduceMax(x: Value<'float32'>, axes: readonly number[], keepDimensions = false): Value<'float32'> {
    return this.#node('ReduceMax', [x, this.integers(...axes)], 'float32', { keepdims: keepDimensions ? 1 : 0 });
  }

  reduceSumSquare(x: Value<'float32'>): Value<'float32'> {
    return this.#node('ReduceSumSquare', [x], 'float32', { keepdims: 0 });
  }

  identity<T extends ElementType>(x: Value<T>): Value<T> {
    return this.#node('Identity', [x], x.type);
  }

  // Shape and place.
  reshape<T extends ElementType>(x: Value<T>, shape: readonly number[]): Value<T> {
    return this.#node('Reshape', [x, this.integers(...shape)], x.type);
  }

  transpose<T extends ElementType>(x: Value<T>, perm: readonly number[]): Value<T> {
    return this.#node('Transpose', [x], x.type, { perm });
  }

  /** The dimensions before `axis` as one, and those from it on as another. */
  flatten<T extends ElementType>(x: Value<T>, axis: number): Value<T> {
    return this.#node('Flatten', [x], x.type, { axis });
  }

  unsqueeze<T extends ElementType>(x: Value<T>, ...axes: number[]): Value<T> {
    return this.#node('Unsqueeze', [x, this.integers(...axes)], x.type);
  }

  squeeze<T extends ElementType>(x: Value<T>, ...axes: number[]): Value<T> {
    return this.#node('Squeeze', [x, this.integers(...axes)], x.type);
  }

  concat<T extends ElementType>(parts: readonly Value<T>[], axis: number): Value<T> {
    if (parts.length === 1) return parts[0]!;
    return this.#node('Concat', parts, parts[0]!.type, { axis });
  }

  /** Cuts `x` along `axis` into pieces of the given sizes. */
  split<T extends ElementType>(x: Value<T>, sizes: readonly number[], axis: number): Value<T>[] {
    if (sizes.length > this.#maximumPieces) return this.#splitTwice(x, sizes, axis);
    const names = sizes.map(() => this.#newName('split'));
    this.#push('Split', [x, this.integers(...sizes)], names, { axis });
    return names.map((name) => ({ name, type: x.type }));
  }

  #splitTwice<T extends ElementType>(x: Value<T>, sizes: readonly number[], axis: number): Value<T>[] {
    const perGroup = Math.ceil(sizes.length / this.#maximumPieces);
    const groups = Array.from({ length: Math.ceil(sizes.length / perGroup) }, (_, i) =>
      sizes.slice(i * perGroup, (i + 1) * perGroup),
    );
    const sums = groups.map((group) => group.reduce((sum, size) => sum + size));
    return this.split(x, sums, axis).flatMap((part, i) =>
      groups[i]!.length === 1 ? [part] : this.split(part, groups[i]!, axis),
    );
  }

  slice<T extends ElementType>(x: Value<T>, start: number, end: number, axis: number): Value<T> {
    return this.#node('Slice', [x, this.integers(start), this.integers(end), this.integers(axis)], x.type);
  }

  gather<T extends ElementType>(data: Value<T>, indices: Value, axis = 0): Value<T> {
    return this.#node('Gather', [data, indices], data.type, { axis });
  }

  gatherElements<T extends ElementType>(data: Value<T>, indices: Value, axis: number): Value<T> {
    return this.#node('GatherElements', [data, indices], data.type, { axis });
  }

  /** `data` with `updates` added at the rows that `indices` [n, 1] names; rows may repeat. */
  scatterAdd(data: Value<'float32'>, indices: Value<'int64'>, updates: Value<'float32'>): Value<'float32'> {
    return this.#node('ScatterND', [data, indices, updates], 'float32', { reduction: 'add' });
  }

  /** Ones at `indices` along a new axis of size `depth`; float32. */
  oneHot(indices: Value<'int32' | 'int64'>, depth: number, axis = -1): Value<'float32'> {
    // onnxruntime's kernel wants indices and depth of one type, ONNX's reference evaluator a depth without dimensions.
    const size =
      indices.type === 'int32'
        ? this.constant(Int32Array.of(depth), [])
        : this.constant(BigInt64Array.of(BigInt(depth)), []);
    const values = this.constant(Float32Array.of(0, 1));
    return this.#node('OneHot', [indices, size, values], 'float32', { axis });
  }

  /** Identity matrix [n, n], made when the model is loaded: it takes no room in the file. */
  identityMatrix(n: number): Value<'float32'> {
    const zeros = this.zeros([n, n]);
    return this.#node('EyeLike', [zeros], 'float32');
  }

  /** float32 zeros of a fixed shape. */
  zeros(shape: readonly number[]): Value<'float32'> {
    return this.#node('ConstantOfShape', [this.integers(...shape)], 'float32');
  }

  cast<T extends ElementType>(x: Value, type: T): Value<T> {
    return this.#node('Cast', [x], type, { to: dataTypes[type] });
  }

  /**
   * The standard LSTM operator, forward direction, ONNX gate order (i, o, f, c).
   *
   * @param x [time, batch, input]
   * @param w [1, 4·hidden, input]
   * @param r [1, 4·hidden, hidden]
   * @param b [1, 8·hidden]: input biases, then recurrent biases
   * @param initialHidden [1, batch, hidden]
   * @param initialCell [1, batch, hidden]
   * @returns y [time, 1, batch, hidden], hidden [1, batch, hidden], cell [1, batch, hidden]
   */
  lstm(
    x: Value<'float32'>,
    w: Value<'float32'>,
    r: Value<'float32'>,
    b: Value<'float32'>,
    initialHidden: Value<'float32'>,
    initialCell: Value<'float32'>,
    hiddenSize: number,
  ): { y: Value<'float32'>; hidden: Value<'float32'>; cell: Value<'float32'> } {
    const [y, hidden, cell] = ['y', 'hidden', 'cell'].map((hint) => this.#newName(hint)) as [string, string, string];
    const noSequenceLengths: Value = { name: '', type: 'int32' };
    this.#push('LSTM', [x, w, r, b, noSequenceLengths, initialHidden, initialCell], [y, hidden, cell], {
      hidden_size: hiddenSize,
    });
    return {
      y: { name: y, type: 'float32' },
      hidden: { name: hidden, type: 'float32' },
      cell: { name: cell, type: 'float32' },
    };
  }

  /** A loop over the first axis of `inputs`. */
  scan({ states, inputs, reverse = false, body }: ScanLoop): {
    states: Value<'float32'>[];
    stacked: Value<'float32'>[];
  } {
    const prefix = this.#newName('scan');
    const inner = new Graph(prefix, { prefix: `${prefix}/`, maximumPieces: this.#maximumPieces });
    const formal = (values: readonly Value[], kind: string) =>
      values.map((value, i) => inner.input(`${prefix}/${kind}${i}`, value.type)) as Value<'float32'>[];
    const result = body(inner, formal(states, 'state'), formal(inputs, 'slice'));
    result.states.forEach((value, i) => {
      inner.output(`${prefix}/nextState${i}`, value);
    });
    result.stacked.forEach((value, i) => {
      inner.output(`${prefix}/stacked${i}`, value);
    });
    const names = [...result.states, ...result.stacked].map(() => this.#newName('scanned'));
    const direction = reverse ? 1 : 0;
    this.#push('Scan', [...states, ...inputs], names, {
      body: inner,
      num_scan_inputs: inputs.length,
      scan_input_directions: inputs.map(() => direction),
      ...(result.stacked.length ? { scan_output_directions: result.stacked.map(() => direction) } : {}),
    });
    const values = names.map((name): Value<'float32'> => ({ name, type: 'float32' }));
    return { states: values.slice(0, states.length), stacked: values.slice(states.length) };
  }

  /**
   * The same loop, written out: a node for each operator of each step, and none of a loop.
   *
   * @param steps T
   * @param rows R; inputs and what is stacked are [T, R, ·]
   */
  unroll({ states, inputs, reverse = false, body }: ScanLoop, steps: number, rows: number): ReturnType<Graph['scan']> {
    const sizes = Array.from({ length: steps }, () => rows);
    const slices = inputs.map((input) => this.split(this.flatten(input, 2), sizes, 0));
    const stacked: Value[][] = [];
    let carried = states as Value<'float32'>[];
    for (let step = 0; step < steps; step++) {
      const place = reverse ? steps - 1 - step : step;
      const result = body(this, carried, slices.map((parts) => parts[place]!) as Value<'float32'>[]);
      carried = result.states as Value<'float32'>[];
      result.stacked.forEach((value, i) => {
        stacked[i] ??= [];
        stacked[i]![place] = value;
      });
    }
    return {
      states: carried,
      stacked: stacked.map((parts) => this.reshape(this.concat(parts, 0), [steps, rows, -1])) as Value<'float32'>[],
    };
  }

  /**
   * The finished model as the bytes of an `.onnx` file.
   *
   * @param metadata what goes into the model's `metadata_props`
   */
  toModel(metadata: Readonly<Record<string, string>> = {}): Uint8Array<ArrayBuffer> {
    const model = create(ModelProtoSchema, {
      irVersion: BigInt(IR_VERSION),
      producerName: 'inkling',
      opsetImport: [{ domain: '', version: BigInt(OPSET_VERSION) }],
      graph: this.#toProto(),
      metadataProps: Object.entries(metadata).map(([key, value]) => ({ key, value })),
    });
    return toBinary(ModelProtoSchema, model);
  }

  /**
   * An output takes the place of the value it was declared for, so that nothing is copied. Only a value that is an
   * output already, or that this graph did not compute, goes through an `Identity`.
   */
  #toProto(outerNames: ReadonlyMap<string, string> = new Map()): GraphProto {
    const computed = new Set(this.#nodes.flatMap((node) => node.outputs));
    const names = new Map(outerNames);
    const copies: Node[] = [];
    for (const { name, value } of this.#outputs) {
      if (computed.has(value.name) && !names.has(value.name)) names.set(value.name, name);
      else copies.push({ operator: 'Identity', inputs: [value.name], outputs: [name], attributes: {} });
    }
    const named = (name: string) => names.get(name) ?? name;
    return create(GraphProtoSchema, {
      name: this.#name,
      node: [...this.#nodes, ...copies].map(({ operator, inputs, outputs, attributes }) =>
        create(NodeProtoSchema, {
          opType: operator,
          input: inputs.map(named),
          output: outputs.map(named),
          attribute: Object.entries(attributes).map(([name, value]) => attributeOf(name, value, names)),
        }),
      ),
      initializer: this.#initializers,
      input: this.#inputs,
      output: this.#outputs.map(({ name, value, shape }) => valueInfo(name, value.type, shape)),
    });
  }

  static attributeGraph(graph: Graph, names: ReadonlyMap<string, string>): GraphProto {
    return graph.#toProto(names);
  }

  #sameType(operator: string) {
    return <T extends ElementType>(a: Value<T>, b: Value<T>): Value<T> => this.#node(operator, [a, b], a.type);
  }

  #unary(operator: string) {
    return (x: Value<'float32'>): Value<'float32'> => this.#node(operator, [x], 'float32');
  }

  #node<T extends ElementType>(
    operator: string,
    inputs: readonly Value[],
    type: T,
    attributes: Readonly<Record<string, Attribute>> = {},
  ): Value<T> {
    const name = this.#newName(operator);
    this.#push(operator, inputs, [name], attributes);
    return { name, type };
  }

  #push(
    operator: string,
    inputs: readonly Value[],
    outputs: readonly string[],
    attributes: Readonly<Record<string, Attribute>> = {},
  ): void {
    this.#nodes.push({ operator, inputs: inputs.map((value) => value.name), outputs, attributes });
  }

  #newName(hint: string): string {
    return `${this.#prefix}${hint}_${this.#count++}`;
  }
}

function attributeOf(name: string, value: Attribute, names: ReadonlyMap<string, string>): AttributeProto {
  const field = (init: MessageInitShape<typeof AttributeProtoSchema>) =>
    create(AttributeProtoSchema, { name, ...init });
  if (typeof value === 'number') return field({ type: AttributeType.INT, i: BigInt(value) });
  if (typeof value === 'string') return field({ type: AttributeType.STRING, s: new TextEncoder().encode(value) });
  if (value instanceof Graph) return field({ type: AttributeType.GRAPH, g: Graph.attributeGraph(value, names) });
  return field({ type: AttributeType.INTS, ints: value.map(BigInt) });
}

function valueInfo(name: string, type: ElementType, shape?: readonly Dimension[]): ValueInfoProto {
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
