import type { RunCommand, RunningState, ServingModel } from '../../protocol/page.ts';
import { bytes, compact, dateAndTime, duration, fixed, integer } from '../format.ts';
import { Heading } from '../parts/elements.tsx';
import { Facts } from '../parts/facts.tsx';
import { host, state } from '../store.ts';
import { type TextName, t } from '../texts.ts';
import { OptionsForm } from './optionsForm.tsx';
import { UNDER_WAY } from './phases.ts';

const MORE: readonly (readonly [RunCommand, TextName])[] = [
  ['import', 'import'],
  ['showLog', 'showLog'],
  ['forget', 'forget'],
];

/** The run in numbers, the model that serves, and what the next run is to be like. */
export function RunSection() {
  const now = state.value;
  if (now === undefined) return null;
  const more = MORE.filter(([command]) => now.commands.includes(command));
  return (
    <>
      {now.phase === 'failed' && <p>{t('failedWhat')}</p>}
      {now.run !== undefined && <RunFacts run={now.run} isUnderWay={UNDER_WAY.has(now.phase)} />}
      {now.model !== undefined && <ModelFacts model={now.model} />}
      <OptionsForm options={now.options} />
      {more.length > 0 && (
        <p class="links">
          {more.map(([command, text]) => (
            <button key={command} type="button" class="link" onClick={() => void host.run(command)}>
              {t(text)}
            </button>
          ))}
        </p>
      )}
    </>
  );
}

function RunFacts({ run, isUnderWay }: { readonly run: RunningState; readonly isUnderWay: boolean }) {
  const optional = <T,>(value: T | undefined, write: (value: T) => string) =>
    value === undefined ? undefined : write(value);
  return (
    <section aria-labelledby="run-title">
      <Heading id="run-title">{t(isUnderWay ? 'thisRun' : 'lastRun')}</Heading>
      <Facts
        facts={[
          [t('heldOutLong'), optional(run.heldOutBits, (bits) => t('bitsPerCharacter', fixed(bits)))],
          [t('trainLong'), optional(run.trainBits, (bits) => t('bitsPerCharacter', fixed(bits)))],
          [t('elapsedName'), duration(run.elapsedSeconds)],
          [t('remainingName'), optional(isUnderWay ? run.remainingSeconds : undefined, duration)],
          [t('steps'), integer(run.step)],
          [t('epochs'), fixed(run.epochs)],
          [t('speed'), optional(run.charactersPerSecond, (speed) => t('charactersPerSecond', compact(speed)))],
          [t('network'), t('networkSize', run.layers, integer(run.hidden))],
          [t('parameters'), compact(run.parameters)],
          [t('batch'), t('batchSize', run.batch, run.timeSteps)],
          [t('engine'), run.engines.find((engine) => engine.chosen)?.title ?? run.engine],
          [t('device'), t(run.device === 'gpu' ? 'gpu' : 'cpu')],
          [t('threads'), integer(run.threads)],
          [t('memory'), optional(run.memory, bytes)],
        ]}
      />
      <OtherEngines engines={run.engines.filter((engine) => !engine.chosen)} />
    </section>
  );
}

/** What else could have trained it, and why it did not. */
function OtherEngines({ engines }: { readonly engines: RunningState['engines'] }) {
  if (engines.length === 0) return null;
  return (
    <ul class="other-engines">
      {engines.map(({ title, device, charactersPerSecond, problem }) => (
        <li key={`${title} ${device}`}>
          {problem !== undefined
            ? t('engineProblem', title, t(device), problem)
            : t('engineSlower', title, t(device), compact(charactersPerSecond ?? 0))}
        </li>
      ))}
    </ul>
  );
}

function ModelFacts({ model }: { readonly model: ServingModel }) {
  return (
    <section aria-labelledby="model-title">
      <Heading id="model-title">{t('model')}</Heading>
      <Facts
        facts={[
          [t('heldOutLong'), t('bitsPerCharacter', fixed(model.bits))],
          [t('network'), t('networkSize', model.layers, integer(model.hidden))],
          [t('origin'), model.origin],
          [t('trainedOn'), dateAndTime(model.date)],
          [t('learntFrom'), t('charactersOf', compact(model.characters))],
          [t('vocabulary'), t('charactersOf', integer(model.vocabulary))],
          [t('engine'), model.engine],
          [t('writtenBy'), model.writtenBy],
        ]}
      />
    </section>
  );
}
