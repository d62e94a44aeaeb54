import type { Figures, TypingFigures } from '../../protocol/replay.ts';
import { integer, wholePercent } from '../format.ts';
import { t } from '../texts.ts';

interface FiguresTableProps {
  readonly memories: TypingFigures;
  /** With the network as well. */
  readonly both: TypingFigures | undefined;
}

/** One line of it: the same text, typed with the memories alone, and with the network. */
interface Line {
  readonly name: string;
  readonly memories: Figures;
  readonly both: Figures | undefined;
}

/** What would have been typed, by kind of edit and of file: by an ideal typist, and by a human one. */
export function FiguresTable({ memories, both }: FiguresTableProps) {
  const kinds = memories.kinds.map((one) => {
    return { name: t(one.kind), memories: one, both: both?.kinds.find(({ kind }) => kind === one.kind) };
  });
  const languages = memories.languages.map((one) => {
    return { name: one.name, memories: one, both: both?.languages.find(({ name }) => name === one.name) };
  });
  return (
    <>
      <table class="figures">
        <caption>{t('savingsTable')}</caption>
        <Head isCompared={both !== undefined} />
        <tbody>
          <Row
            line={{ name: t('allOfThem'), memories: memories.all, both: both?.all }}
            isCompared={both !== undefined}
          />
        </tbody>
        <Group title={t('byKind')} lines={kinds} isCompared={both !== undefined} />
        <Group title={t('languages')} lines={languages} isCompared={both !== undefined} />
      </table>
      {both !== undefined && <p class="quiet">{t('trainingWhat')}</p>}
      <p class="quiet wide">{t('silentWhat')}</p>
    </>
  );
}

function Head({ isCompared }: { readonly isCompared: boolean }) {
  const rows = isCompared ? 2 : 1;
  const typists = (
    <>
      <th scope="col">{t('ideal')}</th>
      <th scope="col">{t('human')}</th>
    </>
  );
  return (
    <thead>
      <tr>
        <th scope="col" rowSpan={rows}>
          {t('where')}
        </th>
        <th scope="col" rowSpan={rows} class="wide">
          {t('characters')}
        </th>
        {isCompared ? (
          <>
            <th scope="colgroup" colSpan={2}>
              {t('beforeTraining')}
            </th>
            <th scope="colgroup" colSpan={2}>
              {t('afterTraining')}
            </th>
          </>
        ) : (
          typists
        )}
        <th scope="col" rowSpan={rows} class="wide">
          {t('silent')}
        </th>
      </tr>
      {isCompared && (
        <tr>
          {typists}
          {typists}
        </tr>
      )}
    </thead>
  );
}

interface GroupProps {
  readonly title: string;
  readonly lines: readonly Line[];
  readonly isCompared: boolean;
}

function Group({ title, lines, isCompared }: GroupProps) {
  const there = lines.filter(({ memories }) => memories.characters > 0);
  if (there.length === 0) return null;
  return (
    <tbody>
      <tr>
        <th scope="rowgroup" class="group" colSpan={isCompared ? 7 : 5}>
          {title}
        </th>
      </tr>
      {there.map((line) => (
        <Row key={line.name} line={line} isCompared={isCompared} />
      ))}
    </tbody>
  );
}

function Row({ line: { name, memories, both }, isCompared }: { readonly line: Line; readonly isCompared: boolean }) {
  const written = (figures: Figures | undefined) => (
    <>
      <td>{figures === undefined ? '–' : wholePercent(figures.ideal.written)}</td>
      <td>{figures === undefined ? '–' : wholePercent(figures.human.written)}</td>
    </>
  );
  return (
    <tr>
      <th scope="row">{name}</th>
      <td class="wide">{integer(memories.characters)}</td>
      {written(memories)}
      {isCompared && written(both)}
      <td class="wide">{wholePercent(memories.silent)}</td>
    </tr>
  );
}
