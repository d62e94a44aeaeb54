import { useState } from 'preact/hooks';
import { fixed } from '../format.ts';
import { Button, Slider, TextArea, TextField } from '../parts/elements.tsx';
import { length, temperature } from '../preferences.ts';
import { host, state } from '../store.ts';
import { t } from '../texts.ts';

const LONGEST = 5000;

/** Lets the model go on with a prompt. */
export function WriteForm() {
  const [prompt, setPrompt] = useState('');
  const [lengthText, setLengthText] = useState(String(length.value));
  const [isWriting, setWriting] = useState(false);
  const [written, setWritten] = useState<{ readonly prompt: string; readonly text: string }>();
  const [problem, setProblem] = useState<string>();
  const isValid = Number.isInteger(Number(lengthText)) && Number(lengthText) >= 1 && Number(lengthText) <= LONGEST;
  const hasModel = state.value?.model !== undefined;

  const generate = async () => {
    length.value = Number(lengthText);
    setWriting(true);
    setProblem(undefined);
    try {
      const request = { prompt, temperature: temperature.value, length: length.value };
      setWritten({ prompt, text: await host.generate(request) });
    } catch (error) {
      setProblem((error as Error).message);
    } finally {
      setWriting(false);
    }
  };

  return (
    <>
      <span aria-hidden="true">{t('prompt')}</span>
      <TextArea label={t('prompt')} value={prompt} onInput={setPrompt} />
      <Slider
        label={t('temperature')}
        value={temperature.value}
        minimum={0}
        maximum={2}
        step={0.05}
        text={fixed(temperature.value)}
        onInput={(value) => {
          temperature.value = value;
        }}
      />
      <div class="field">
        <span>{t('length')}</span>
        <TextField label={t('length')} value={lengthText} isInvalid={!isValid} onInput={setLengthText} />
      </div>
      {!isValid && (
        <p class="problem" role="alert">
          {t('wholeNumberFrom', '1', String(LONGEST))}
        </p>
      )}
      <p>
        <Button
          label={t(isWriting ? 'writing' : 'write')}
          icon="sparkle"
          isDisabled={!isValid || isWriting || !hasModel}
          onClick={() => void generate()}
        />
      </p>
      {!hasModel && <p class="quiet">{t('noModel')}</p>}
      {problem !== undefined && (
        <p class="problem" role="alert">
          {problem}
        </p>
      )}
      {written !== undefined && (
        <output class="code" aria-label={t('written')}>
          <span class="prompt">{written.prompt}</span>
          {written.text}
        </output>
      )}
    </>
  );
}
