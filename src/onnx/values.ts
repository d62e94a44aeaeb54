export type ElementType = 'float32' | 'int32' | 'int64' | 'bool';

/** A dimension: a fixed size, or the name of one that is known when the model runs. */
export type Dimension = number | string;

/** What stands for a tensor in a graph: the output of a node, an input, or a constant. */
export interface Value<T extends ElementType = ElementType> {
  readonly name: string;
  /** Checked by the compiler only. */
  readonly type: T;
}

export type Tensor = Value<'float32'>;
