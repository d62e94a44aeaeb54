import { readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';

/**
 * Whether a Vulkan driver is installed, where that is what WebGPU needs: on Linux. Asking WebGPU itself would load
 * graphics libraries and let them complain on standard error.
 *
 * Source: https://github.com/KhronosGroup/Vulkan-Loader/blob/main/docs/LoaderDriverInterface.md
 */
export function mayHaveVulkan(env: NodeJS.ProcessEnv = process.env): boolean {
  if (process.platform !== 'linux') return true;
  if (env['VK_DRIVER_FILES'] || env['VK_ICD_FILENAMES']) return true;
  const listed = (name: string, fallback: string) => (env[name] || fallback).split(delimiter);
  const folders = [
    env['XDG_CONFIG_HOME'] || join(homedir(), '.config'),
    ...listed('XDG_CONFIG_DIRS', '/etc/xdg'),
    '/etc',
    env['XDG_DATA_HOME'] || join(homedir(), '.local', 'share'),
    ...listed('XDG_DATA_DIRS', '/usr/local/share:/usr/share'),
  ];
  return folders.some((folder) => {
    try {
      return readdirSync(join(folder, 'vulkan', 'icd.d')).some((name) => name.endsWith('.json'));
    } catch {
      return false;
    }
  });
}
