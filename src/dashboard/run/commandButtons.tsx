import type { RunCommand, State } from '../../protocol/page.ts';
import { Button } from '../parts/elements.tsx';
import { host } from '../store.ts';
import { type TextName, t } from '../texts.ts';

/** The first of these that makes sense is what one would do now. */
const PRIMARY: readonly RunCommand[] = ['manageTrust', 'resume', 'pause', 'train', 'continue'];

const BUTTONS: readonly { readonly command: RunCommand; readonly icon: string; readonly text: TextName }[] = [
  { command: 'manageTrust', icon: 'shield', text: 'manageTrust' },
  { command: 'train', icon: 'play', text: 'train' },
  { command: 'continue', icon: 'debug-continue', text: 'continue' },
  { command: 'resume', icon: 'debug-continue', text: 'resume' },
  { command: 'pause', icon: 'debug-pause', text: 'pause' },
  { command: 'stop', icon: 'debug-stop', text: 'stop' },
  { command: 'export', icon: 'export', text: 'export' },
];

/** What one can do now. */
export function CommandButtons({ state }: { readonly state: State }) {
  const primary = PRIMARY.find((command) => state.commands.includes(command));
  return (
    <div class="buttons">
      {BUTTONS.filter(({ command }) => state.commands.includes(command)).map(({ command, icon, text }) => (
        <Button
          key={command}
          label={t(text)}
          icon={icon}
          isSecondary={command !== primary}
          onClick={() => void host.run(command)}
        />
      ))}
    </div>
  );
}
