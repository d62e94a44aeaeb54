import { effect } from '@preact/signals';

/** A picture is drawn at most five times a second while numbers come in. */
const MILLISECONDS_A_DRAWING = 200;

/** Drawings that wait for a frame. Each has one of its own: together they would make a long one. */
const waiting: (() => void)[] = [];

function inNextFrame(draw: () => void): void {
  waiting.push(draw);
  if (waiting.length === 1) requestAnimationFrame(drawOne);
}

function drawOne(): void {
  waiting[0]!();
  waiting.shift();
  if (waiting.length > 0) requestAnimationFrame(drawOne);
}

export interface Pace {
  /** Asks for a drawing soon. */
  readonly request: () => void;
  readonly end: () => void;
}

/** Runs a drawing now, and again when a signal that it read has changed: in a frame, not too often. */
export function paced(draw: () => void): Pace {
  let last = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let stop: (() => void) | undefined;
  let hasEnded = false;

  const drawNow = () => {
    timer = undefined;
    if (hasEnded) return;
    last = performance.now();
    stop?.();
    let isFirst = true;
    // The effect notes what the drawing reads; when that changes, it asks for the next one.
    stop = effect(() => {
      if (isFirst) draw();
      else request();
      isFirst = false;
    });
  };
  const request = () => {
    timer ??= setTimeout(() => inNextFrame(drawNow), Math.max(0, last + MILLISECONDS_A_DRAWING - performance.now()));
  };
  request();
  return {
    request,
    end: () => {
      hasEnded = true;
      clearTimeout(timer);
      stop?.();
    },
  };
}
