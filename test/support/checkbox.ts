import type { Locator } from 'playwright-core';

/** Checks a box or unchecks it. A click is lost where the page moves while the button is down: then it is made again. */
export async function setChecked(box: Locator, isChecked: boolean): Promise<void> {
  for (let tries = 0; tries < 10; tries++) {
    if ((await box.isChecked()) === isChecked) return;
    await box.click();
    await box.page().waitForTimeout(50);
  }
  throw new Error(`A box cannot be ${isChecked ? '' : 'un'}checked.`);
}
