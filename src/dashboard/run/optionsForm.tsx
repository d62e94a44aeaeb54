import { useState } from 'preact/hooks';
import type { NumericOption, OptionName, Options } from '../../protocol/page.ts';
import { significant } from '../format.ts';
import { Heading, Select, TextField } from '../parts/elements.tsx';
import { useTyped } from '../parts/typed.ts';
import { host } from '../store.ts';
import { type TextName, t } from '../texts.ts';
import { validated } from './validation.ts';

/** What a number begins with when it is no longer left to Inkling. */
const BEGINNINGS: Readonly<Record<NumericOption, number>> = { minutes: 5, hidden: 256, layers: 2, learningRate: 0.002 };

const MODES = () => [['auto', t('automatic')] as const, ['manual', t('manual')] as const];

/** Hyperparameters of the next run. They are settings of VS Code: this shows and changes those. */
export function OptionsForm({ options }: { readonly options: Options }) {
  const [problem, setProblem] = useState<string>();
  const set = async (name: OptionName, value: number | string) => setProblem(await host.setOption(name, value));
  const isSizeManual = options.hidden > 0 || options.layers > 0;
  return (
    <section class="options" aria-labelledby="options-title">
      <Heading id="options-title">{t('nextRun')}</Heading>
      <NumberField name="minutes" label="minutes" options={options} set={set} />
      <div class="field">
        <span>{t('size')}</span>
        <Select
          label={t('size')}
          value={isSizeManual ? 'manual' : 'auto'}
          choices={MODES()}
          onChange={async (mode) => {
            await set('hidden', mode === 'manual' ? BEGINNINGS.hidden : 0);
            await set('layers', mode === 'manual' ? BEGINNINGS.layers : 0);
          }}
        />
      </div>
      {isSizeManual && (
        <>
          <NumberField name="hidden" label="units" options={options} set={set} />
          <NumberField name="layers" label="layers" options={options} set={set} />
        </>
      )}
      <div class="field">
        <span>{t('learningRate')}</span>
        <Select
          label={t('learningRate')}
          value={options.learningRate > 0 ? 'manual' : 'auto'}
          choices={MODES()}
          onChange={(mode) => void set('learningRate', mode === 'manual' ? BEGINNINGS.learningRate : 0)}
        />
      </div>
      {options.learningRate > 0 && <NumberField name="learningRate" label="highestRate" options={options} set={set} />}
      <div class="field">
        <span>{t('recipe')}</span>
        <Select
          label={t('recipe')}
          value={options.recipe}
          choices={[
            ['default', t('recipeDefault')],
            ['classic', t('recipeClassic')],
          ]}
          onChange={(recipe) => void set('recipe', recipe)}
        />
      </div>
      <p class="quiet">{t(options.recipe === 'classic' ? 'recipeClassicWhat' : 'recipeDefaultWhat')}</p>
      {problem !== undefined && (
        <p class="problem" role="alert">
          {problem}
        </p>
      )}
    </section>
  );
}

interface NumberFieldProps {
  readonly name: NumericOption;
  readonly label: TextName;
  readonly options: Options;
  readonly set: (name: OptionName, value: number) => Promise<void>;
}

/** Keeps what is typed until it is a number that can be set, and says what can. */
function NumberField({ name, label, options, set }: NumberFieldProps) {
  const [text, setText] = useTyped(options[name], options[name] === 0 ? '' : undefined);
  const validation = validated(text, name, options);
  return (
    <>
      <div class="field">
        <span>{t(label)}</span>
        <TextField
          label={t(label)}
          value={text}
          placeholder={t('automatic')}
          isInvalid={validation.type === 'invalid'}
          onInput={setText}
          onChange={() => {
            if (validation.type === 'valid' && validation.value !== options[name]) void set(name, validation.value);
          }}
        />
      </div>
      {validation.type === 'invalid' && (
        <p class="problem" role="alert">
          {t(
            validation.isWhole ? 'wholeNumberFrom' : 'numberFrom',
            significant(validation.minimum),
            String(validation.maximum),
          )}
        </p>
      )}
    </>
  );
}
