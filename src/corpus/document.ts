/** One file as the network meets it. */
export interface Document {
  /** Relative to the scanned folder, `/` between folders; with several folders, the folder's name comes first. */
  readonly path: string;
  /** Without secrets, LF at line ends. */
  readonly text: string;
}

/** Header of a document, between separator and text, from which the network can tell what file it is in. */
export function header(path: string): string {
  return `${path}\n`;
}

/** How many ids a document has: code points of path, newline and text, and one for the separator. */
export function documentLength(document: Document): number {
  return 1 + codePoints(header(document.path)) + codePoints(document.text);
}

/** Length of a text in Unicode code points; a lone surrogate counts as one. */
function codePoints(text: string): number {
  let count = text.length;
  for (let index = 0; index < text.length; index++) {
    if ((text.charCodeAt(index) & 0xfc00) === 0xd800 && text.codePointAt(index)! > 0xffff) {
      count--;
      index++;
    }
  }
  return count;
}
