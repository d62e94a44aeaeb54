import { bytes, compact, integer } from '../format.ts';
import { Heading } from '../parts/elements.tsx';
import { Facts } from '../parts/facts.tsx';
import { corpus } from '../store.ts';
import { t } from '../texts.ts';
import { Excluded } from './excluded.tsx';
import { Scrubbed } from './scrubbed.tsx';
import { Vocabulary } from './vocabulary.tsx';

/** What was read, and what was not. */
export function CorpusSection() {
  const now = corpus.value;
  if (now === undefined) return <p class="quiet">{t('noCorpus')}</p>;
  const most = Math.max(1, ...now.languages.map(({ characters }) => characters));
  return (
    <div class="two-parts">
      <section aria-labelledby="corpus-title">
        <Heading id="corpus-title">{t('corpusTitle')}</Heading>
        <Facts
          facts={[
            [t('folders'), now.folders.join(', ')],
            [t('files'), t('filesHeldOut', integer(now.files), integer(now.heldOutFiles))],
            [t('characters'), integer(now.characters)],
            [t('bytes'), bytes(now.bytes)],
          ]}
        />
        <Heading>{t('languages')}</Heading>
        <ol class="amounts" aria-label={t('languages')}>
          {now.languages.map(({ name, files, characters }) => (
            <li key={name}>
              <span class="name">{name === '' ? t('noExtension') : name}</span>
              <span class="track" aria-hidden="true">
                <span class="bar" style={{ width: `${(characters / most) * 100}%` }} />
              </span>
              <span class="number">
                {files === 1
                  ? t('charactersInOne', compact(characters))
                  : t('charactersIn', compact(characters), integer(files))}
              </span>
            </li>
          ))}
        </ol>
        <Heading>{t('excluded')}</Heading>
        {now.excluded.length === 0 ? (
          <p class="quiet">{t('nothingExcluded')}</p>
        ) : (
          now.excluded.map(({ reason, count }) => <Excluded key={reason} reason={reason} count={count} />)
        )}
        {now.notices.length > 0 && (
          <>
            <Heading>{t('unusableRules')}</Heading>
            <ul class="notices" aria-label={t('unusableRules')}>
              {now.notices.map((sentence) => (
                <li key={sentence}>{sentence}</li>
              ))}
            </ul>
          </>
        )}
        <Heading>{t('scrubbed')}</Heading>
        {now.scrubbed.length === 0 ? <p class="quiet">{t('nothingScrubbed')}</p> : <Scrubbed hits={now.scrubbed} />}
      </section>
      <section aria-labelledby="vocabulary-title">
        <Heading id="vocabulary-title">
          {t('vocabularyTitle', integer(now.vocabulary.length + now.rarerCharacters))}
        </Heading>
        <Vocabulary vocabulary={now.vocabulary} />
        {now.rarerCharacters > 0 && <p class="quiet">{t('andRarer', integer(now.rarerCharacters))}</p>}
      </section>
    </div>
  );
}
