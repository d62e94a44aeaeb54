import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { UserFacingError } from '../../../../src/base/errors.ts';
import { resolveModelPath } from '../../../../src/editor/settings/modelPath.ts';

const folder = resolve('/work/project');

describe('the model that the setting names', () => {
  it.each<[string, string, string]>([
    ['an absolute path', resolve('/models/team.onnx'), resolve('/models/team.onnx')],
    ['one in the home folder', '~/models/team.onnx', join(homedir(), 'models', 'team.onnx')],
    ['the home folder itself', '~', homedir()],
    ['one relative to the folder of the workspace', 'models/team.onnx', join(folder, 'models', 'team.onnx')],
    ['one beside that folder', '../team.onnx', resolve(folder, '../team.onnx')],
    ['one with white space around it', '  team.onnx ', join(folder, 'team.onnx')],
    ['a name that only begins with a tilde', '~team.onnx', join(folder, '~team.onnx')],
  ])('may be %s', (_, value, path) => {
    expect(resolveModelPath(value, folder)).toBe(path);
  });

  it.each([undefined, null, '', '   ', 3, {}, ['a']])('is none when the setting is %j', (value) => {
    expect(resolveModelPath(value, folder)).toBeUndefined();
  });

  it('cannot be relative without a folder, which is said', () => {
    expect(() => resolveModelPath('team.onnx', undefined)).toThrow(
      new UserFacingError('The model team.onnx cannot be found without a folder: open one first.', 'usage'),
    );
    expect(resolveModelPath('~/team.onnx', undefined)).toBe(join(homedir(), 'team.onnx'));
  });
});
