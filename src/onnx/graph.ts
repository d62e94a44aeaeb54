import { type Attribute, dataTypes, type GraphParts, modelOf } from './serialise.ts';
import { leavesOf, type Replaced, replaceLeaves, type Tree } from './tree.ts';
import type { Dimension, ElementType, Tensor, Value } from './values.ts';

/**
 * An ONNX graph under construction. Each operator is one method that adds a node and returns its output; the names are
 * ONNX's own. Shapes are not tracked: they stand in comments where graphs are written, and onnxruntime checks them.
 *
 * Source: https://onnx.ai/onnx/operators/
 */
export class Graph {
  readonly name: string;
  readonly #prefix: string;
  readonly #maximumPieces: number;
  readonly #parts: { readonly [Part in keyof GraphParts]: Part extends 'name' ? string : GraphParts[Part][number][] };
  readonly #constants = new Map<string, Value>();
  #count = 0;

  /** @param maximumPieces more are cut in two goes: a shader of WebGPU writes to few tensors at once */
  constructor(name: string, { prefix = '', maximumPieces = Number.POSITIVE_INFINITY } = {}) {
    this.name = name;
    this.#parts = { name, nodes: [], stored: [], inputs: [], outputs: [] };
    this.#prefix = prefix;
    this.#maximumPieces = maximumPieces;
  }

  input<T extends ElementType>(name: string, type: T, shape?: readonly Dimension[]): Value<T> {
    this.#parts.inputs.push({ name, type, shape });
    return { name, type };
  }

  /** Declares `value` as the graph's output `name`. */
  output(name: string, value: Value, shape?: readonly Dimension[]): void {
    this.#parts.outputs.push({ name, value, shape });
  }

  /**
   * The finished model as the bytes of an `.onnx` file.
   *
   * @param metadata what goes into the model's `metadata_props`
   */
  toModel(metadata: Readonly<Record<string, string>> = {}): Uint8Array<ArrayBuffer> {
    return modelOf(this.#parts, metadata);
  }

  /** A value that nothing computes yet, with a name of its own. */
  value<T extends ElementType>(hint: string, type: T): Value<T> {
    return { name: this.#newName(hint), type };
  }

  /** Adds any operator, by its name in ONNX; an input that is left out is `undefined`. */
  node(
    operator: string,
    {
      inputs,
      outputs,
      attributes = {},
    }: {
      readonly inputs: readonly (Value | undefined)[];
      readonly outputs: readonly Value[];
      readonly attributes?: Readonly<Record<string, Attribute | Graph>>;
    },
  ): void {
    this.#parts.nodes.push({
      operator,
      inputs: inputs.map((value) => value?.name ?? ''),
      outputs: outputs.map((value) => value.name),
      attributes: Object.fromEntries(
        Object.entries(attributes).map(([name, value]) => [name, value instanceof Graph ? value.#parts : value]),
      ),
    });
  }

  /** A graph inside of this one, which may use its values: an attribute of an operator. */
  inner(hint: string): Graph {
    const name = this.#newName(hint);
    return new Graph(name, { prefix: `${name}/`, maximumPieces: this.#maximumPieces });
  }

  /** A tensor stored in the model. Equal scalars and short vectors are stored once. */
  constant(data: Float32Array, options?: { shape?: readonly number[]; name?: string }): Tensor;
  constant(data: Int32Array, options?: { shape?: readonly number[]; name?: string }): Value<'int32'>;
  constant(data: BigInt64Array, options?: { shape?: readonly number[]; name?: string }): Value<'int64'>;
  constant(
    data: Float32Array | Int32Array | BigInt64Array,
    { shape = [data.length], name }: { shape?: readonly number[]; name?: string } = {},
  ): Value {
    const type = data instanceof Float32Array ? 'float32' : data instanceof Int32Array ? 'int32' : 'int64';
    const key = name === undefined && data.length <= 16 ? `${type}[${shape}]${data.join()}` : undefined;
    const known = key === undefined ? undefined : this.#constants.get(key);
    if (known !== undefined) return known;
    const value: Value = name === undefined ? this.value('constant', type) : { name, type };
    const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength).slice();
    this.#parts.stored.push({ ...value, shape, bytes });
    if (key !== undefined) this.#constants.set(key, value);
    return value;
  }

  scalar(value: number): Tensor {
    return this.constant(Float32Array.of(value), { shape: [] });
  }

  integers(...values: number[]): Value<'int64'> {
    return this.constant(BigInt64Array.from(values, BigInt));
  }

  /** float32 zeros of a fixed shape. */
  zeros(shape: readonly number[]): Tensor {
    return this.#node('ConstantOfShape', [this.integers(...shape)], 'float32');
  }

  /** Identity matrix [n, n], made when the model is loaded: it takes no room in the file. */
  identityMatrix(n: number): Tensor {
    return this.#node('EyeLike', [this.zeros([n, n])], 'float32');
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

  cast<T extends ElementType>(x: Value, type: T): Value<T> {
    return this.#node('Cast', [x], type, { to: dataTypes[type] });
  }

  identity<T extends ElementType>(x: Value<T>): Value<T> {
    return this.#node('Identity', [x], x.type);
  }

  matMul(a: Tensor, b: Tensor): Tensor {
    return this.#node('MatMul', [a, b], 'float32');
  }

  /** a·b + c, either factor transposed on request; all of rank 2. */
  gemm(a: Tensor, b: Tensor, { c, transA, transB }: { c?: Tensor; transA?: true; transB?: true } = {}): Tensor {
    return this.#node('Gemm', c === undefined ? [a, b] : [a, b, c], 'float32', {
      ...(transA ? { transA: 1 } : {}),
      ...(transB ? { transB: 1 } : {}),
    });
  }

  logSoftmax(x: Tensor, { axis }: { axis: number }): Tensor {
    return this.#node('LogSoftmax', [x], 'float32', { axis });
  }

  /** @param axes default: all */
  reduceSum(x: Tensor, { axes, keepDimensions }: { axes?: readonly number[]; keepDimensions?: true } = {}): Tensor {
    const inputs = axes === undefined ? [x] : [x, this.integers(...axes)];
    return this.#node('ReduceSum', inputs, 'float32', { keepdims: keepDimensions ? 1 : 0 });
  }

  reduceMax(x: Tensor, { axes, keepDimensions }: { axes: readonly number[]; keepDimensions?: true }): Tensor {
    return this.#node('ReduceMax', [x, this.integers(...axes)], 'float32', { keepdims: keepDimensions ? 1 : 0 });
  }

  reduceSumSquare(x: Tensor): Tensor {
    return this.#node('ReduceSumSquare', [x], 'float32', { keepdims: 0 });
  }

  reshape<T extends ElementType>(x: Value<T>, shape: readonly number[]): Value<T> {
    return this.#node('Reshape', [x, this.integers(...shape)], x.type);
  }

  transpose<T extends ElementType>(x: Value<T>, perm: readonly number[]): Value<T> {
    return this.#node('Transpose', [x], x.type, { perm });
  }

  /** The dimensions before `axis` as one, and those from it on as another. */
  flatten<T extends ElementType>(x: Value<T>, { axis }: { axis: number }): Value<T> {
    return this.#node('Flatten', [x], x.type, { axis });
  }

  unsqueeze<T extends ElementType>(x: Value<T>, axis: number): Value<T> {
    return this.#node('Unsqueeze', [x, this.integers(axis)], x.type);
  }

  squeeze<T extends ElementType>(x: Value<T>, axis: number): Value<T> {
    return this.#node('Squeeze', [x, this.integers(axis)], x.type);
  }

  concat<T extends ElementType>(parts: readonly Value<T>[], { axis }: { axis: number }): Value<T> {
    if (parts.length === 1) return parts[0]!;
    return this.#node('Concat', parts, parts[0]!.type, { axis });
  }

  /** Cuts `x` along `axis` into pieces of the given sizes, and gives each the name or place of its size. */
  split<T extends ElementType, const Sizes extends Tree<number>>(
    x: Value<T>,
    sizes: Sizes,
    { axis }: { axis: number },
  ): Replaced<Sizes, number, Value<T>> {
    return replaceLeaves<Sizes, number, Value<T>>(sizes, this.#pieces(x, leavesOf<number>(sizes), axis));
  }

  #pieces<T extends ElementType>(x: Value<T>, sizes: readonly number[], axis: number): Value<T>[] {
    if (sizes.length <= this.#maximumPieces) {
      const outputs = sizes.map(() => this.value('split', x.type));
      this.node('Split', { inputs: [x, this.integers(...sizes)], outputs, attributes: { axis } });
      return outputs;
    }
    const perGroup = Math.ceil(sizes.length / this.#maximumPieces);
    const groups = Array.from({ length: Math.ceil(sizes.length / perGroup) }, (_, i) =>
      sizes.slice(i * perGroup, (i + 1) * perGroup),
    );
    const sums = groups.map((group) => group.reduce((sum, size) => sum + size));
    return this.#pieces(x, sums, axis).flatMap((part, i) =>
      groups[i]!.length === 1 ? [part] : this.#pieces(part, groups[i]!, axis),
    );
  }

  slice<T extends ElementType>(
    x: Value<T>,
    { start, end, axis }: { start: number; end: number; axis: number },
  ): Value<T> {
    return this.#node('Slice', [x, this.integers(start), this.integers(end), this.integers(axis)], x.type);
  }

  /** The rows of `data` that `indices` name. */
  gather<T extends ElementType>(data: Value<T>, indices: Value): Value<T> {
    return this.#node('Gather', [data, indices], data.type, { axis: 0 });
  }

  gatherElements<T extends ElementType>(data: Value<T>, indices: Value, { axis }: { axis: number }): Value<T> {
    return this.#node('GatherElements', [data, indices], data.type, { axis });
  }

  /** `data` with `updates` added at the rows that `indices` [n, 1] names; rows may repeat. */
  scatterAdd(data: Tensor, { indices, updates }: { indices: Value<'int64'>; updates: Tensor }): Tensor {
    return this.#node('ScatterND', [data, indices, updates], 'float32', { reduction: 'add' });
  }

  /** Ones at `indices` along a new axis of size `depth`. */
  oneHot(indices: Value<'int32' | 'int64'>, { depth, axis }: { depth: number; axis: number }): Tensor {
    // onnxruntime's kernel wants indices and depth of one type, ONNX's reference evaluator a depth without dimensions.
    const size =
      indices.type === 'int32'
        ? this.constant(Int32Array.of(depth), { shape: [] })
        : this.constant(BigInt64Array.of(BigInt(depth)), { shape: [] });
    const values = this.constant(Float32Array.of(0, 1));
    return this.#node('OneHot', [indices, size, values], 'float32', { axis });
  }

  #sameType(operator: string) {
    return <T extends ElementType>(a: Value<T>, b: Value<T>): Value<T> => this.#node(operator, [a, b], a.type);
  }

  #unary(operator: string) {
    return (x: Tensor): Tensor => this.#node(operator, [x], 'float32');
  }

  #node<T extends ElementType>(
    operator: string,
    inputs: readonly Value[],
    type: T,
    attributes: Readonly<Record<string, Attribute>> = {},
  ): Value<T> {
    const output = this.value(operator, type);
    this.node(operator, { inputs, outputs: [output], attributes });
    return output;
  }
  #newName(hint: string): string {
    return `${this.#prefix}${hint}_${this.#count++}`;
  }
}
