import type { Savings } from '../../protocol/page.ts';
import type { ReplayFigures } from '../../protocol/replay.ts';
import { dateAndTime, integer, wholePercent } from '../format.ts';
import { Button, Heading } from '../parts/elements.tsx';
import { ProgressBar } from '../parts/progressBar.tsx';
import { host, savings, state } from '../store.ts';
import { t } from '../texts.ts';
import { ExampleLists } from './exampleLists.tsx';
import { FiguresTable } from './figuresTable.tsx';

/** What suggestions would have saved of what was typed in the last commits. */
export function SavingsSection() {
  const { figures, progress, problem, ...rest } = savings.value;
  return (
    <div class="savings">
      <div role="status">{figures !== undefined && <Headline figures={figures} />}</div>
      {figures === undefined ? <Explanation /> : <Result figures={figures} />}
      {problem !== undefined && (
        <p class="problem" role="alert">
          {problem}
        </p>
      )}
      {progress !== undefined && <Progress part={progress} />}
      <Action isRunning={progress !== undefined} isAgain={figures !== undefined} />
      {figures !== undefined && <Details figures={figures} savings={rest} />}
    </div>
  );
}

function Explanation() {
  return (
    <>
      <p>{t('savingsWhat')}</p>
      <p>{t('savingsHow')}</p>
      <p>{t('savingsPrivate')}</p>
    </>
  );
}

/** One button for both, so that it keeps the focus. */
function Action({ isRunning, isAgain }: { readonly isRunning: boolean; readonly isAgain: boolean }) {
  if (!isRunning && !state.value?.commands.includes('replay')) return null;
  return (
    <div class="buttons">
      <Button
        label={t(isRunning ? 'savingsCancel' : isAgain ? 'savingsAgain' : 'savingsStart')}
        icon={isRunning ? 'close' : isAgain ? 'refresh' : 'play'}
        isSecondary
        onClick={() => void (isRunning ? host.cancelReplay() : host.run('replay'))}
      />
    </div>
  );
}

function Progress({ part }: { readonly part: number }) {
  const label = t(part === 0 ? 'savingsReading' : 'savingsTyping');
  return (
    <div class="replaying">
      <ProgressBar label={label} part={part === 0 ? undefined : part} />
      <p class="quiet">
        {label}
        {part > 0 && ` · ${wholePercent(part)}`}
      </p>
    </div>
  );
}

interface FiguresProps {
  readonly figures: ReplayFigures;
}

function Headline({ figures: { whose, memories, both } }: FiguresProps) {
  const { characters, ideal } = (both ?? memories).all;
  const text = whose === 'own' ? 'writtenOfYours' : 'writtenOfAll';
  return <p class="headline">{t(text, integer(characters), wholePercent(ideal.written))}</p>;
}

/** What the figures say, in sentences. */
function Result({ figures }: FiguresProps) {
  const { whose, least, wordsPerMinute, memories, both } = figures;
  const { all } = both ?? memories;
  return (
    <>
      <p>{t('idealTypist', wholePercent(all.ideal.saved))}</p>
      <p>{t('humanTypist', integer(wordsPerMinute), wholePercent(all.human.written), wholePercent(all.human.saved))}</p>
      {all.characters < least && <p>{t('littleText', integer(least))}</p>}
      {whose === 'everybody' && <p>{t('whyEverybodys', integer(least))}</p>}
      <p>{networkSentence(figures)}</p>
    </>
  );
}

function networkSentence({ network, least, memories }: ReplayFigures): string {
  switch (network.type) {
    case 'none':
      return state.value?.phase === 'unsupported' ? t('networkNever') : t('networkNone', integer(least));
    case 'early':
      return t('networkEarly', dateAndTime(network.trained), integer(network.characters), integer(least));
    case 'asked':
      return t('networkAsked', dateAndTime(network.trained), wholePercent(memories.all.ideal.written));
  }
}

interface DetailsProps extends FiguresProps {
  readonly savings: Pick<Savings, 'examples' | 'notices'>;
}

function Details({ figures, savings: { examples, notices } }: DetailsProps) {
  const { date, commits, folder, whose, memories, both } = figures;
  const { shown, accepted } = both ?? memories;
  return (
    <>
      <FiguresTable memories={memories} both={both} />
      {examples === undefined ? (
        <p class="quiet">{t('examplesGone')}</p>
      ) : (
        <ExampleLists examples={examples} isOwn={whose === 'own'} shown={shown} accepted={accepted} />
      )}
      {notices.length > 0 && (
        <>
          <Heading>{t('excluded')}</Heading>
          <ul class="notices" aria-label={t('excluded')}>
            {notices.map((sentence) => (
              <li key={sentence}>{sentence}</li>
            ))}
          </ul>
        </>
      )}
      <p class="quiet">
        {t('measured', dateAndTime(date), integer(commits))}
        {folder !== undefined && ` (${folder})`}
      </p>
    </>
  );
}
