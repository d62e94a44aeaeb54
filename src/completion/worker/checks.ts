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
} from '../../base/checks.ts';
import type { ArgumentChecks } from '../../base/rpcMessage.ts';
import { areFolders, isGlobs } from '../../corpus/folders.ts';
import { FEATURES } from '../inspection/features.ts';
import type { DocumentText, TraceRequest, UnitName } from '../inspection/views.ts';
import type { ShowingCosts } from '../suggestion/policy.ts';
import type { TypedPast } from '../suggestion/typedPast.ts';
import type { OpenText, WorkspaceRequest } from '../workspace/workspaceIndex.ts';
import type {
  AdoptionRequest,
  AppraisalRequest,
  CompletionRequest,
  CompletionService,
  ExportRequest,
  SuggestionRequest,
  SurveyRequest,
} from './protocol.ts';

const isProbability = within(0, 1);
const place = { document: isText, path: isText, before: isText };
const suggestion = {
  ...place,
  after: isText,
  beginning: maybe(isText),
  typedPast: maybe(listOf(objectOf<TypedPast>({ text: isText, characters: listOf(isProbability) }))),
  trigger: oneOf('automatic', 'invoked'),
  maxLength: wholeNumber(0, 10_000),
  minimumProbability: isProbability,
  multiline: isBoolean,
  wrongCost: maybe(isNumber),
  acceptanceRate: maybe(isProbability),
  costs: maybe(
    objectOf<Partial<ShowingCosts>>({ contradictionCost: maybe(isNumber), smallestSaving: maybe(isNumber) }),
  ),
} as const;
const isDocument: Check<DocumentText> = objectOf({ path: isText, text: isText });

const isBytes = isAmount;
const isFiles: Check<WorkspaceRequest['scan']> = objectOf<WorkspaceRequest['scan']>({
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
      folders: areFolders,
      scan: isFiles,
    }),
  ],
  adopt: [objectOf<AdoptionRequest>({ source: isText, target: isText, digest: isText })],
  exportWithCard: [objectOf<ExportRequest>({ source: isText, target: isText, locale: isText })],
  remember: [
    maybe(
      objectOf<WorkspaceRequest>({
        folders: areFolders,
        scan: isFiles,
        maximum: wholeNumber(1),
      }),
    ),
  ],
  refresh: [],
  edit: [objectOf<OpenText>({ path: isText, text: isText, isFile: isBoolean })],
  closeText: [isText],
  complete: [objectOf<CompletionRequest>({ ...suggestion, id: wholeNumber() })],
  warm: [isText, isText, isText],
  cancel: [wholeNumber()],
  close: [isText],
  next: [objectOf<SuggestionRequest>(suggestion)],
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
      folders: areFolders,
      scan: objectOf<SurveyRequest['scan']>({
        exclude: maybe(isGlobs),
        maxFileBytes: maybe(isBytes),
        maxCorpusBytes: maybe(isBytes),
      }),
      learnt: isText,
    }),
  ],
};
