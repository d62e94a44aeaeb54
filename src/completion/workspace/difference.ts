/** Range in which two sequences of ids differ: its common start, and its end in each of them. */
export function difference(before: Uint16Array, after: Uint16Array) {
  const start = commonStart(before, after);
  const common = commonEnd(before, after, start);
  return { start, end: { before: before.length - common, after: after.length - common } };
}

function commonStart(a: Uint16Array, b: Uint16Array): number {
  const longest = Math.min(a.length, b.length);
  let length = 0;
  while (length < longest && a[length] === b[length]) length++;
  return length;
}

/** How many ids at the end are the same, beside those at the start. */
function commonEnd(a: Uint16Array, b: Uint16Array, start: number): number {
  const longest = Math.min(a.length, b.length) - start;
  let length = 0;
  while (length < longest && a[a.length - 1 - length] === b[b.length - 1 - length]) length++;
  return length;
}
