import type { Attribute, Tensorflow } from './library.ts';

/** Attributes of TensorFlow's operations, in the form that tfjs-node's binding takes them. */
export class Attributes {
  readonly #binding: Tensorflow['backend']['binding'];

  constructor({ backend }: Tensorflow) {
    this.#binding = backend.binding;
  }

  bool(name: string, value: boolean): Attribute {
    return { name, type: this.#binding.TF_ATTR_BOOL, value };
  }

  int(name: string, value: number): Attribute {
    return { name, type: this.#binding.TF_ATTR_INT, value };
  }

  float(name: string, value: number): Attribute {
    return { name, type: this.#binding.TF_ATTR_FLOAT, value };
  }

  string(name: string, value: string): Attribute {
    return { name, type: this.#binding.TF_ATTR_STRING, value };
  }

  /** @param value one of the binding's numbers for types, such as `TF_INT32` */
  type(name: string, value: number): Attribute {
    return { name, type: this.#binding.TF_ATTR_TYPE, value };
  }

  floatType(name: string): Attribute {
    return this.type(name, this.#binding.TF_FLOAT);
  }
}
