import ora, { type Ora } from 'ora';

/** Shows what is going on, on the terminal's last line; nothing where there is no terminal. */
export function startSpinner(text: string): Ora {
  // Some pseudo-terminals say they are 0 columns wide; ora would then clear lines without end.
  const isTerminal = process.stderr.isTTY === true && process.stderr.columns > 0;
  const spinner = ora({ stream: process.stderr, discardStdin: false, isEnabled: isTerminal, isSilent: !isTerminal });
  return spinner.start(text);
}
