/**
 * Leaves under names: a leaf, or an object or a list of such trees. What is `undefined` is not there. So what a loop
 * carries, reads and stacks, and what a tensor is cut into, has the names that it has everywhere else.
 *
 * A leaf is a number or has a `name` that is text. Objects are types, not interfaces, which may be extended by others.
 */
export type Tree<Leaf> = Leaf | undefined | readonly Tree<Leaf>[] | { readonly [name: string]: Tree<Leaf> };

/** The tree with a `To` where `T` has leaves. */
export type Replaced<T, Leaf, To> = T extends Leaf
  ? To
  : T extends undefined
    ? undefined
    : { readonly [Name in keyof T]: Replaced<T[Name], Leaf, To> };

/**
 * Leaves in the order in which the tree is written.
 *
 * @param like a tree of the same form whose order is taken instead
 * @throws Error when the two are not of the same form
 */
export function leavesOf<Leaf>(tree: Tree<Leaf>, like: Tree<unknown> = tree): Leaf[] {
  const leaves: Leaf[] = [];
  collect(tree, like, leaves);
  return leaves;
}

function collect<Leaf>(tree: Tree<Leaf>, like: Tree<unknown>, leaves: Leaf[]): void {
  if (!isBranch(like)) {
    if (isBranch(tree) || (tree === undefined) !== (like === undefined)) throw new Error('The trees are not alike.');
    if (tree !== undefined) leaves.push(tree as Leaf);
    return;
  }
  const names = Object.keys(like);
  if (!isBranch(tree) || Object.keys(tree).length !== names.length) throw new Error('The trees are not alike.');
  for (const name of names) collect(tree[name] as Tree<Leaf>, like[name], leaves);
}

/** The tree with other leaves of the same kind, in the order of {@link leavesOf}. */
export function withLeaves<Leaf, T extends Tree<Leaf>>(tree: T, leaves: readonly Leaf[]): T {
  return rebuilt(tree, leaves.values()) as T;
}

/** The tree with leaves of another kind, in the order of {@link leavesOf}. */
export function replaceLeaves<T extends Tree<Leaf>, Leaf, To>(tree: T, leaves: readonly To[]): Replaced<T, Leaf, To> {
  return rebuilt(tree, leaves.values()) as Replaced<T, Leaf, To>;
}

function rebuilt(tree: Tree<unknown>, leaves: Iterator<unknown>): unknown {
  if (tree === undefined) return undefined;
  if (!isBranch(tree)) return leaves.next().value;
  if (Array.isArray(tree)) return tree.map((part) => rebuilt(part, leaves));
  return Object.fromEntries(Object.entries(tree).map(([name, part]) => [name, rebuilt(part, leaves)]));
}

function isBranch(tree: Tree<unknown>): tree is { readonly [name: string]: Tree<unknown> } {
  return typeof tree === 'object' && tree !== null && typeof (tree as { name?: unknown }).name !== 'string';
}
