import '@vscode-elements/elements/dist/vscode-button/index.js';
import '@vscode-elements/elements/dist/vscode-checkbox/index.js';
import '@vscode-elements/elements/dist/vscode-option/index.js';
import '@vscode-elements/elements/dist/vscode-single-select/index.js';
import '@vscode-elements/elements/dist/vscode-textarea/index.js';
import '@vscode-elements/elements/dist/vscode-textfield/index.js';
import type { VscodeCheckbox } from '@vscode-elements/elements/dist/vscode-checkbox/index.js';
import type { VscodeSingleSelect } from '@vscode-elements/elements/dist/vscode-single-select/index.js';
import type { VscodeTextarea } from '@vscode-elements/elements/dist/vscode-textarea/index.js';
import type { VscodeTextfield } from '@vscode-elements/elements/dist/vscode-textfield/index.js';
import type { ComponentChildren } from 'preact';

// VS Code's own components, as the page uses them.

interface ButtonProps {
  readonly label: string;
  readonly icon?: string | undefined;
  readonly isSecondary?: boolean | undefined;
  readonly isDisabled?: boolean | undefined;
  readonly onClick: () => void;
}

export function Button({ label, icon, isSecondary = false, isDisabled = false, onClick }: ButtonProps) {
  return (
    <vscode-button secondary={isSecondary} disabled={isDisabled} onClick={() => !isDisabled && onClick()}>
      {icon !== undefined && <Icon name={icon} slot="content-before" />}
      {label}
    </vscode-button>
  );
}

/** A button of a toolbar: a picture, whose name is in its tooltip. */
export function IconButton({ label, icon, isDisabled = false, onClick }: ButtonProps) {
  return (
    <button type="button" class="icon-button" title={label} aria-label={label} disabled={isDisabled} onClick={onClick}>
      <Icon name={icon ?? 'circle'} />
    </button>
  );
}

export function Icon({ name, slot }: { readonly name: string; readonly slot?: string }) {
  return <span class={`codicon codicon-${name}`} slot={slot} aria-hidden="true" />;
}

interface SelectProps<T extends string> {
  readonly label: string;
  readonly value: T;
  readonly choices: readonly (readonly [value: T, label: string])[];
  readonly isDisabled?: boolean;
  readonly onChange: (value: T) => void;
}

/** Of an open list, pixels. */
const CHOICE_HEIGHT = 22;

export function Select<T extends string>({ label, value, choices, isDisabled = false, onChange }: SelectProps<T>) {
  // Where there is no room for the list below, it opens above.
  const place = (event: Event) => {
    const select = event.currentTarget as VscodeSingleSelect;
    const { top, bottom } = select.getBoundingClientRect();
    const height = (choices.length + 1) * CHOICE_HEIGHT;
    select.position = bottom + height > innerHeight && top > height ? 'above' : 'below';
  };
  return (
    <vscode-single-select
      label={label}
      title={label}
      value={value}
      disabled={isDisabled}
      onPointerDown={place}
      onKeyDownCapture={place}
      onChange={(event: Event) => onChange((event.currentTarget as VscodeSingleSelect).value as T)}
    >
      {choices.map(([key, text]) => (
        <vscode-option key={key} value={key} selected={key === value}>
          {text}
        </vscode-option>
      ))}
    </vscode-single-select>
  );
}

interface CheckboxProps {
  readonly label: string;
  readonly isChecked: boolean;
  readonly onChange: (isChecked: boolean) => void;
}

export function Checkbox({ label, isChecked, onChange }: CheckboxProps) {
  return (
    <vscode-checkbox
      label={label}
      checked={isChecked}
      onChange={(event: Event) => onChange((event.currentTarget as VscodeCheckbox).checked)}
    />
  );
}

interface TextFieldProps {
  readonly label: string;
  readonly value: string;
  /** What an empty field stands for. */
  readonly placeholder?: string;
  readonly isInvalid?: boolean;
  readonly isDisabled?: boolean;
  /** Each key, and at the end. */
  readonly onInput?: (value: string) => void;
  readonly onChange?: (value: string) => void;
}

export function TextField(props: TextFieldProps) {
  const { label, value, placeholder = '', isInvalid = false, isDisabled = false, onInput, onChange } = props;
  return (
    <vscode-textfield
      label={label}
      value={value}
      placeholder={placeholder}
      invalid={isInvalid}
      disabled={isDisabled}
      onInput={(event: Event) => onInput?.((event.currentTarget as VscodeTextfield).value)}
      onChange={(event: Event) => onChange?.((event.currentTarget as VscodeTextfield).value)}
    />
  );
}

export function TextArea({ label, value, onInput }: Pick<TextFieldProps, 'label' | 'value' | 'onInput'>) {
  return (
    <vscode-textarea
      label={label}
      value={value}
      rows={3}
      monospace
      spellcheck={false}
      onInput={(event: Event) => onInput?.((event.currentTarget as VscodeTextarea).value)}
    />
  );
}

interface SliderProps {
  readonly label: string;
  readonly value: number;
  readonly minimum: number;
  readonly maximum: number;
  readonly step: number;
  /** What the value is called. */
  readonly text: string;
  readonly onInput: (value: number) => void;
}

/** VS Code's components have no slider. */
export function Slider({ label, value, minimum, maximum, step, text, onInput }: SliderProps) {
  return (
    <label class="slider">
      <span>{label}</span>
      <input
        type="range"
        min={minimum}
        max={maximum}
        step={step}
        value={value}
        aria-valuetext={text}
        onInput={(event) => onInput(Number(event.currentTarget.value))}
      />
      <output>{text}</output>
    </label>
  );
}

interface HeadingProps {
  readonly children: ComponentChildren;
  readonly id?: string;
  /** A name, whose letters are not to be changed. */
  readonly isName?: boolean;
}

export function Heading({ children, id, isName = false }: HeadingProps) {
  return (
    <h2 id={id} class={isName ? 'name' : ''}>
      {children}
    </h2>
  );
}

interface CustomElement {
  readonly children?: ComponentChildren;
  readonly slot?: string;
  readonly [attribute: string]: unknown;
}

declare module 'preact' {
  namespace JSX {
    interface IntrinsicElements {
      'vscode-button': CustomElement;
      'vscode-checkbox': CustomElement;
      'vscode-option': CustomElement;
      'vscode-single-select': CustomElement;
      'vscode-textarea': CustomElement;
      'vscode-textfield': CustomElement;
    }
  }
}
