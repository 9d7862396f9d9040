/** Whether a Vulkan driver is installed, as the Vulkan loader on Linux would look for it. */

type Environment = Readonly<Record<string, string | undefined>>;
type List = (folder: string) => readonly string[];

/** Variables that name drivers outright. */
const named = ['VK_DRIVER_FILES', 'VK_ICD_FILENAMES', 'VK_ADD_DRIVER_FILES'] as const;

/** Folders the loader searches for driver manifests. */
export function manifestFolders(env: Environment): string[] {
  const home = env['HOME'] ?? '';
  const config = [env['XDG_CONFIG_HOME'] ?? `${home}/.config`, ...(env['XDG_CONFIG_DIRS'] ?? '/etc/xdg').split(':'), '/etc'];
  const data = [env['XDG_DATA_HOME'] ?? `${home}/.local/share`, ...(env['XDG_DATA_DIRS'] ?? '/usr/local/share:/usr/share').split(':')];
  return [...config, ...data].filter((folder) => folder !== '').map((folder) => `${folder}/vulkan/icd.d`);
}

/**
 * False when certainly no driver is there. Asked before Dawn is loaded, which would print its own complaint
 * to the terminal.
 */
export function hasVulkanDriver(env: Environment, list: List): boolean {
  return named.some((name) => (env[name] ?? '') !== '')
    || manifestFolders(env).some((folder) => list(folder).some((file) => file.endsWith('.json')));
}
