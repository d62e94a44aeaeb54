/**
 * VS Code carries messages between extension and page as JSON: an Error would arrive as an empty object, and
 * `undefined` in a list as `null`. Both ends hand these two to birpc, as `serialize` and `deserialize`.
 */

/** What a call failed with, as it travels. */
interface Failed {
  readonly e: { readonly message: string };
}

/** A message of birpc in a form that survives JSON. */
export function toWire(message: unknown): unknown {
  return hasError(message) ? { ...message, e: { message: messageOf(message.e) } } : message;
}

/** The message again, whose errors are errors. What is no message becomes one that says nothing. */
export function fromWire(message: unknown): unknown {
  if (typeof message !== 'object' || message === null) return {};
  return hasError(message) ? { ...message, e: new Error(messageOf(message.e)) } : message;
}

function hasError(message: unknown): message is Failed {
  return typeof message === 'object' && message !== null && 'e' in message && message.e != null;
}

function messageOf(error: unknown): string {
  const isLikeError = typeof error === 'object' && error !== null && 'message' in error;
  return isLikeError ? String(error.message) : String(error);
}
