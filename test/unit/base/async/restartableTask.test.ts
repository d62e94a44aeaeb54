import { beforeEach, describe, expect, it } from 'vitest';
import { RestartableTask } from '../../../../src/base/async/restartableTask.ts';

describe('a task that is restarted', () => {
  let log: string[];
  let task: RestartableTask;

  beforeEach(() => {
    log = [];
    task = new RestartableTask();
  });

  /** Work that ends when it is let, with an error when it was aborted until then. */
  function work(name: string) {
    let end = (_error?: Error) => {};
    const ended = new Promise<void>((resolve, reject) => {
      end = (error) => (error === undefined ? resolve() : reject(error));
    });
    const settled = task.restart(async (signal) => {
      log.push(`${name} begins`);
      signal.addEventListener('abort', () => log.push(`${name} aborted`));
      await ended;
      signal.throwIfAborted();
      log.push(`${name} ends`);
    });
    const told = settled.then(
      () => log.push(`${name} done`),
      (error: Error) => log.push(`${name}: ${error.message}`),
    );
    return { end, told };
  }
  const soon = () => new Promise((resolve) => setImmediate(resolve));

  it('aborts the work before, and waits for its end', async () => {
    const first = work('first');
    await soon();
    const second = work('second');
    await soon();
    expect(log).toEqual(['first begins', 'first aborted']);
    first.end();
    await soon();
    expect(log).toEqual(['first begins', 'first aborted', 'second begins']);
    second.end();
    await Promise.all([first.told, second.told]);
    expect(log.slice(3)).toEqual(['second ends', 'second done', 'first done']);
  });

  it('does not begin work that is aborted before', async () => {
    const works = ['first', 'second', 'third'].map(work);
    for (const { end } of works) end();
    await Promise.all(works.map(({ told }) => told));
    expect(log.filter((line) => /begins|ends/.test(line))).toEqual(['third begins', 'third ends']);
  });

  it('that fails tells those whose place it took, and goes on with the next', async () => {
    const works = ['first', 'second'].map(work);
    works[1]!.end(new Error('it fails'));
    await Promise.all(works.map(({ told }) => told));
    expect(log).toEqual(['second begins', 'second: it fails', 'first: it fails']);
    const third = work('third');
    third.end();
    await third.told;
    expect(log.slice(3)).toEqual(['second aborted', 'third begins', 'third ends', 'third done']);
  });

  it('has one that waits for a successor wait for that of the successor, too', async () => {
    const first = work('first');
    await soon();
    const second = work('second');
    first.end();
    await soon();
    const third = work('third');
    await soon();
    second.end();
    await soon();
    expect(log.filter((line) => line.endsWith('done'))).toEqual([]);
    third.end();
    await Promise.all([first.told, second.told, third.told]);
    expect(log.filter((line) => line.endsWith('done')).toSorted()).toEqual(['first done', 'second done', 'third done']);
  });

  it('is over when it was stopped, without an error, and can begin again', async () => {
    await task.stop();
    const first = work('first');
    await soon();
    const stopping = task.stop();
    first.end();
    await Promise.all([stopping, first.told]);
    expect(log).toEqual(['first begins', 'first aborted', 'first done']);
    const second = work('second');
    second.end();
    await second.told;
    expect(log.slice(3)).toEqual(['second begins', 'second ends', 'second done']);
  });

  it('does nothing any more after the end', async () => {
    const first = work('first');
    await soon();
    const ending = task.dispose();
    first.end();
    await Promise.all([ending, first.told, work('second').told]);
    expect(log).not.toContain('second begins');
    expect(log).toContain('second done');
  });
});
