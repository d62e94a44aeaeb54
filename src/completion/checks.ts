import {
  type Check,
  isAmount,
  isBoolean,
  isNumber,
  isText,
  listOf,
  maybe,
  objectOf,
  oneOf,
  wholeNumber,
  within,
} from '../base/checks.ts';
import type { ArgumentChecks } from '../base/rpcMessage.ts';
import { FEATURES } from './features.ts';
import type {
  AdoptionRequest,
  AppraisalRequest,
  CompletionRequest,
  CompletionService,
  DocumentText,
  ExportRequest,
  MemoryRequest,
  NextRequest,
  OpenText,
  SurveyRequest,
  TraceRequest,
  UnitName,
} from './protocol.ts';
import type { TypedPast } from './suggestion/typedPast.ts';

const isProbability = within(0, 1);
const place = { document: isText, path: isText, before: isText };
const wish = {
  ...place,
  after: isText,
  maxLength: wholeNumber(0, 10_000),
  minimumProbability: isProbability,
  multiline: isBoolean,
  wrongCost: isNumber,
  contradictionCost: isNumber,
};
const isDocument: Check<DocumentText> = objectOf({ path: isText, text: isText });

const isBytes = isAmount;
const isGlobs = listOf(isText);
const isFiles: Check<MemoryRequest['scan']> = objectOf<MemoryRequest['scan']>({
  exclude: maybe(isGlobs),
  maxFileBytes: maybe(isBytes),
});

/** What the completion worker may be asked for. */
export const REQUESTS: ArgumentChecks<CompletionService> = {
  load: [isText],
  unload: [],
  appraise: [
    objectOf<AppraisalRequest>({
      path: isText,
      folders: listOf(isText),
      scan: isFiles,
    }),
  ],
  adopt: [objectOf<AdoptionRequest>({ source: isText, target: isText, digest: isText })],
  exportWithCard: [objectOf<ExportRequest>({ source: isText, target: isText, locale: isText })],
  remember: [
    maybe(
      objectOf<MemoryRequest>({
        folders: listOf(isText),
        scan: isFiles,
        maximum: wholeNumber(1),
      }),
    ),
  ],
  refresh: [],
  edit: [objectOf<OpenText>({ path: isText, text: isText, isFile: isBoolean })],
  closeText: [isText],
  complete: [
    objectOf<CompletionRequest>({
      ...wish,
      id: wholeNumber(),
      count: wholeNumber(1, 100),
      beginning: isText,
      typedPast: listOf(objectOf<TypedPast>({ text: isText, characters: listOf(isProbability) })),
      acceptanceRate: isProbability,
    }),
  ],
  warm: [isText, isText, isText],
  cancel: [wholeNumber()],
  close: [isText],
  next: [objectOf<NextRequest>(wish)],
  trace: [objectOf<TraceRequest>({ ...place, text: isText })],
  character: [wholeNumber()],
  unit: [objectOf<UnitName>({ layer: wholeNumber(), unit: wholeNumber() })],
  units: [isDocument],
  unitsThatFollow: [oneOf(...FEATURES), isDocument],
  improbable: [isDocument],
  generate: [
    objectOf({ prompt: isText, temperature: within(0, 100), length: wholeNumber(0, 1_000_000), seed: isNumber }),
  ],
  survey: [
    objectOf<SurveyRequest>({
      folders: listOf(isText),
      scan: objectOf<SurveyRequest['scan']>({
        exclude: maybe(isGlobs),
        maxFileBytes: maybe(isBytes),
        maxCorpusBytes: maybe(isBytes),
      }),
      learnt: isText,
    }),
  ],
};
