import {
  either,
  isBoolean,
  isNumber,
  listOf,
  objectOf,
  oneOf,
  textUpTo,
  wholeNumber,
  within,
} from '../../base/checks.ts';
import type { ArgumentChecks } from '../../base/rpcMessage.ts';
import type { GenerateRequest, Host, UnitName } from '../../dashboard/messages.ts';

const isName = textUpTo(1000);
const isIndex = wholeNumber();
/** UTF-16 units: a picture of the curves in base64 has a few million. */
const LONGEST_FILE = 100_000_000;
/** The page offers half as much. */
const LONGEST_TEXT = 10_000;

/** What the page may ask for, which is a web page and no part of the extension's process. */
export const PAGE_CALLS: ArgumentChecks<Host> = {
  ready: [],
  run: [oneOf('train', 'continue', 'pause', 'resume', 'stop', 'export', 'import', 'forget', 'manageTrust', 'showLog')],
  setOption: [oneOf('minutes', 'hidden', 'layers', 'learningRate', 'recipe'), either(isNumber, isName)],
  curve: [isName],
  renameRun: [isName, isName],
  deleteRun: [isName],
  save: [isName, textUpTo(LONGEST_FILE), oneOf('utf8', 'base64')],
  generate: [
    objectOf<GenerateRequest>({
      prompt: textUpTo(1_000_000),
      temperature: within(0, 2),
      length: wholeNumber(0, LONGEST_TEXT),
    }),
  ],
  show: [listOf(oneOf('run', 'curves', 'samples', 'next', 'inside', 'corpus'), 10)],
  character: [isIndex],
  unit: [objectOf<UnitName>({ layer: isIndex, unit: isIndex })],
  units: [],
  unitsThatFollow: [oneOf('quotes', 'brackets', 'indentation', 'comments', 'line-position')],
  setSurpriseShown: [isBoolean],
  excludedFiles: [isName],
};
