import { useRef } from 'preact/hooks';
import type { Baselines } from '../../protocol/trainingEvents.ts';
import { compact, fixed, percent, significant } from '../format.ts';
import { Button, Select, Slider } from '../parts/elements.tsx';
import { type AxisName, axis, hiddenLines, smoothing } from '../preferences.ts';
import { host } from '../store.ts';
import { t } from '../texts.ts';
import { Chart } from './chart.tsx';
import { heldOutAt, type ShownRun, shownRuns, valueAt, zoom } from './comparing.ts';
import { csvOf } from './csv.ts';
import { Legend } from './legend.tsx';
import { pngOf } from './picture.ts';
import type { Level, Plot } from './plot.ts';
import type { ColumnName } from './runCurve.ts';
import { RunTable } from './runTable.tsx';

const AXES: () => readonly (readonly [AxisName, string])[] = () => [
  ['time', t('axisTime')],
  ['step', t('axisStep')],
  ['epoch', t('axisEpoch')],
];

/** How the network learns, beside what knows less and beside earlier runs. */
export function CurvesSection() {
  const plot = useRef<Plot>(undefined);
  return (
    <>
      <div class="toolbar">
        <Select
          label={t('axis')}
          value={axis.value}
          choices={AXES()}
          onChange={(name) => {
            zoom.value = undefined;
            axis.value = name;
          }}
        />
        <Slider
          label={t('smoothing')}
          value={smoothing.value}
          minimum={0}
          maximum={0.99}
          step={0.01}
          text={fixed(smoothing.value)}
          onInput={(weight) => {
            smoothing.value = weight;
          }}
        />
        <Legend />
        {zoom.value !== undefined && (
          <Button
            label={t('resetZoom')}
            isSecondary
            onClick={() => {
              zoom.value = undefined;
            }}
          />
        )}
      </div>
      <Chart
        column="trainBits"
        title={t('bitsTitle')}
        height={260}
        summary={() => shownRuns.value.map(bitsInWords).join(' ')}
        levels={levels}
        write={(value) => String(Number(value.toPrecision(3)))}
        onPlot={(drawn) => {
          plot.current = drawn;
        }}
      />
      <div class="small-charts">
        <Small column="learningRate" title={t('learningRate')} write={significant} />
        <Small column="gradientNorm" title={t('gradientNorm')} write={significant} />
        <Small column="charactersPerSecond" title={t('speed')} write={compact} />
      </div>
      <RunTable />
      <div class="exports">
        <Button
          label={t('exportCsv')}
          isSecondary
          isDisabled={shownRuns.value.length === 0}
          onClick={() => void host.save('inkling-runs.csv', csvOf(shownRuns.value), 'utf8')}
        />
        <Button
          label={t('exportPng')}
          isSecondary
          isDisabled={shownRuns.value.length === 0}
          onClick={() => {
            const canvas = plot.current?.canvas;
            if (canvas === undefined) return;
            void host.save('inkling-curves.png', pngOf(canvas, shownRuns.value), 'base64');
          }}
        />
      </div>
    </>
  );
}

interface SmallProps {
  readonly column: ColumnName;
  readonly title: string;
  readonly write: (value: number) => string;
}

function Small({ column, title, write }: SmallProps) {
  const summary = () =>
    shownRuns.value.map((shown) => t('valueOf', shown.run.name, write(valueAt(shown, column)))).join(' ');
  return <Chart column={column} title={title} height={140} summary={summary} write={write} />;
}

/** What knows less, of the newest run that is shown: baselines of different texts would not compare. */
function levels(): readonly Level[] {
  if (hiddenLines.value.includes('baselines')) return [];
  const baselines = shownRuns.value.find(({ run }) => run.baselines !== undefined)?.run.baselines;
  if (baselines === undefined) return [];
  return [
    { label: t('uniform', fixed(baselines.uniform)), height: baselines.uniform },
    { label: t('unigram', fixed(baselines.unigram)), height: baselines.unigram },
    { label: brotliLabel(baselines), height: baselines.brotli },
  ];
}

function brotliLabel({ brotli, brotliPart }: Baselines): string {
  return brotliPart < 1 ? t('brotliOfPart', fixed(brotli), percent(brotliPart)) : t('brotli', fixed(brotli));
}

function bitsInWords(shown: ShownRun): string {
  return t('bitsOf', shown.run.name, fixed(heldOutAt(shown)), fixed(valueAt(shown, 'trainBits')));
}
