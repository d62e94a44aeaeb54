import { constants as fileConstants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { dirname, extname } from 'node:path';
import { reasonOf, UserFacingError } from '../base/errors.ts';

/**
 * Sees to it that a model can be written: better now than after five minutes of training.
 *
 * @throws UserFacingError when the path is no model's, or its folder cannot be written to
 */
export async function checkModelPath(modelPath: string): Promise<void> {
  if (extname(modelPath) === '.safetensors') {
    throw new UserFacingError(
      '--out names the ONNX model, such as model.onnx; .safetensors is the checkpoint.',
      'usage',
    );
  }
  const folder = dirname(modelPath);
  const unwritable = (error: unknown) =>
    new UserFacingError(`The model cannot be written to ${folder}: ${reasonOf(error)}.`, 'failure', { cause: error });
  const found = await stat(folder).catch((error) => Promise.reject(unwritable(error)));
  if (!found.isDirectory()) throw new UserFacingError(`The model cannot be written to ${folder}: it is no folder.`);
  await access(folder, fileConstants.W_OK).catch((error) => Promise.reject(unwritable(error)));
  const existing = await stat(modelPath).catch(() => undefined);
  if (existing?.isDirectory()) throw new UserFacingError(`${modelPath} is a folder; --out must name a file.`, 'usage');
}
