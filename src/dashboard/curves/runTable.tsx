import { useState } from 'preact/hooks';
import type { Run } from '../../protocol/page.ts';
import { css } from '../colours.ts';
import { compact, dateAndTime, duration, fixed, shortDate, significant } from '../format.ts';
import { IconButton } from '../parts/elements.tsx';
import { host, runs } from '../store.ts';
import { t } from '../texts.ts';
import { themeChanges, themeColour } from '../theme.ts';
import { placeSentence } from './axes.ts';
import { heldOutAt, isShown, pointer, show, shownRuns, valueAt } from './comparing.ts';
import { styleOf } from './runColours.ts';

/** Runs to compare: what they were, and their values under the pointer or at their ends. */
export function RunTable() {
  return (
    <table class="runs">
      <caption>
        {t('runs')}{' '}
        <span class="quiet">{pointer.value === undefined ? t('atTheEnd') : placeSentence(pointer.value)}</span>
      </caption>
      <thead>
        <tr>
          <th scope="col">{t('run')}</th>
          <th scope="col">{t('heldOut')}</th>
          <th scope="col">{t('train_')}</th>
          <th scope="col" class="wide">
            {t('learningRate')}
          </th>
          <th scope="col" class="wide">
            {t('gradientNorm')}
          </th>
          <th scope="col" class="wide">
            {t('speed')}
          </th>
          <th scope="col">
            <span class="hidden">{t('actions')}</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {runs.value.map((run) => (
          <Row key={run.id} run={run} />
        ))}
      </tbody>
    </table>
  );
}

function Row({ run }: { readonly run: Run }) {
  const [isRenaming, rename] = useState(false);
  const shown = shownRuns.value.find((one) => one.run.id === run.id);
  const heldOut = shown === undefined ? (run.bits ?? Number.NaN) : heldOutAt(shown);
  const value = (write: (value: number) => string, column: Parameters<typeof valueAt>[1]) =>
    shown === undefined ? '' : write(valueAt(shown, column));
  return (
    <tr>
      <th scope="row">
        <div class="run-name">
          <input
            type="checkbox"
            checked={isShown(run.id)}
            aria-label={t('compare', run.name)}
            onChange={(event) => show(run.id, event.currentTarget.checked)}
          />
          <Swatch run={run.id} />
          {isRenaming ? <NameField run={run} end={() => rename(false)} /> : <span class="name">{run.name}</span>}
        </div>
        <div class="quiet run-facts">
          <span>{t('networkSize', run.layers, run.hidden)}</span>
          {run.recipe !== 'default' && <span>{run.recipe}</span>}
          <span>{duration(run.seconds)}</span>
          <span title={dateAndTime(run.date)}>{run.isRunning ? t('running') : shortDate(run.date)}</span>
        </div>
      </th>
      <td>{fixed(heldOut)}</td>
      <td>{value(fixed, 'trainBits')}</td>
      <td class="wide">{value(significant, 'learningRate')}</td>
      <td class="wide">{value(significant, 'gradientNorm')}</td>
      <td class="wide">{value(compact, 'charactersPerSecond')}</td>
      <td class="actions">
        <IconButton label={t('renameRun', run.name)} icon="edit" onClick={() => rename(true)} />
        <IconButton
          label={t('deleteRun', run.name)}
          icon="trash"
          isDisabled={run.isRunning}
          onClick={() => void host.deleteRun(run.id)}
        />
      </td>
    </tr>
  );
}

function Swatch({ run }: { readonly run: string }) {
  // As the canvas has it: a theme's colour may be none, or translucent.
  themeChanges.value;
  const { colour, dash } = styleOf(run);
  return (
    <svg class="swatch" viewBox="0 0 20 8" aria-hidden="true">
      <line
        x1="0"
        y1="4"
        x2="20"
        y2="4"
        stroke-dasharray={dash.join(' ')}
        style={{ stroke: css(themeColour(colour)) }}
      />
    </svg>
  );
}

/** Enter keeps the new name, Escape the old one. */
function NameField({ run, end }: { readonly run: Run; readonly end: () => void }) {
  const [name, setName] = useState(run.name);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (name.trim() !== '' && name !== run.name) void host.renameRun(run.id, name.trim());
        end();
      }}
    >
      <input
        class="name-field"
        ref={(element) => element?.focus()}
        value={name}
        aria-label={t('newName')}
        onInput={(event) => setName(event.currentTarget.value)}
        onKeyDown={(event) => event.key === 'Escape' && end()}
        onBlur={end}
      />
    </form>
  );
}
