import { pathToFileURL } from 'node:url';

/** What ends the name of a folder where a stack or a message names it, or something in it. */
const ENDS = ['/', '\\', "'", '"'];

/**
 * Whether an error comes from code in one of these folders, or is about a file there. A word in its stack says nothing:
 * the path of VS Code itself may have `inkling` in it, when the repository was cloned into a folder of that name.
 *
 * @param words the error's stack, or what was thrown in its place
 * @param folders absolute paths, without a separator at their end
 */
export function isFrom(words: string, folders: readonly string[]): boolean {
  return folders
    .flatMap((folder) => [folder, pathToFileURL(folder).href])
    .some((folder) => ENDS.some((end) => words.includes(folder + end)));
}
