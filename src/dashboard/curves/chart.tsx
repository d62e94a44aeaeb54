import { useEffect, useRef } from 'preact/hooks';
import { axis } from '../preferences.ts';
import { themeChanges } from '../theme.ts';
import { placeSentence, placeSteps, placeText } from './axes.ts';
import { pointer, range, shownRuns, zoom } from './comparing.ts';
import { linesOf } from './lines.ts';
import { paced } from './pace.ts';
import { type Level, Plot } from './plot.ts';
import type { ColumnName } from './runCurve.ts';

/** What the axis and the edges take of a picture's width. */
const AROUND = 66;

interface ChartProps {
  readonly column: ColumnName;
  readonly title: string;
  readonly height: number;
  /** The picture in words: values under the pointer, or the last ones. */
  readonly summary: () => string;
  readonly levels?: () => readonly Level[];
  readonly write: (value: number) => string;
  /** Gets the canvas, for whoever wants a copy of the picture. */
  readonly onPlot?: (plot: Plot) => void;
}

/** One quantity of all runs that are compared. The pointer, or arrow keys, ask for the values at a place. */
export function Chart({ column, title, height, summary, levels, write, onPlot }: ChartProps) {
  const box = useRef<HTMLDivElement>(null);
  const plot = useRef<Plot>(undefined);

  useEffect(() => {
    const parent = box.current!;
    const drawn = new Plot(
      parent,
      {
        onZoom: (to) => {
          zoom.value = to;
        },
        onReset: () => {
          zoom.value = undefined;
        },
        onPointer: (place) => {
          pointer.value = place;
        },
      },
      { place: placeText, steps: placeSteps, height: write },
    );
    plot.current = drawn;
    onPlot?.(drawn);
    const draw = () => {
      const width = Math.floor(parent.clientWidth);
      const columns = Math.max(10, width - AROUND);
      const lines = linesOf(shownRuns.value, column, range.value, columns);
      themeChanges.value;
      axis.value;
      const picture = { range: range.value, columns, lines, levels: levels?.() ?? [] };
      if (width > 0) drawn.draw(picture, width, height);
    };
    const { request, end } = paced(draw);
    const observer = new ResizeObserver(request);
    observer.observe(parent);
    return () => {
      end();
      observer.disconnect();
      drawn.dispose();
    };
  }, []);

  return (
    <figure class="chart">
      <figcaption>{title}</figcaption>
      <p id={`summary-${column}`} class="hidden">
        {summary()}
      </p>
      <div
        ref={box}
        class="plot"
        role="slider"
        aria-label={title}
        aria-describedby={`summary-${column}`}
        aria-valuemin={range.value[0]}
        aria-valuemax={range.value[1]}
        aria-valuenow={pointer.value ?? range.value[1]}
        aria-valuetext={`${placeSentence(pointer.value ?? range.value[1])}: ${summary()}`}
        tabIndex={0}
        onKeyDown={(event) => {
          if (event.key === 'Escape') zoom.value = undefined;
          if (event.key !== 'ArrowLeft' && event.key !== 'ArrowRight') return;
          event.preventDefault();
          const [from, to] = range.value;
          const step = ((to - from) / 100) * (event.key === 'ArrowLeft' ? -1 : 1);
          plot.current?.point(Math.min(to, Math.max(from, (pointer.value ?? to) + step)));
        }}
      />
    </figure>
  );
}
