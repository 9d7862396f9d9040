import { expect, test } from 'vitest';
import { hasVulkanDriver, manifestFolders } from './vulkan.ts';

const nothing = (): string[] => [];

test('a driver is found in the folders of the loader, or named by the environment', () => {
  expect(manifestFolders({ HOME: '/home/me' })).toEqual([
    '/home/me/.config/vulkan/icd.d', '/etc/xdg/vulkan/icd.d', '/etc/vulkan/icd.d',
    '/home/me/.local/share/vulkan/icd.d', '/usr/local/share/vulkan/icd.d', '/usr/share/vulkan/icd.d',
  ]);
  expect(manifestFolders({ XDG_DATA_DIRS: '/a:/b' })).toContain('/b/vulkan/icd.d');
  expect(hasVulkanDriver({}, (folder) => (folder === '/usr/share/vulkan/icd.d' ? ['nvidia_icd.json'] : []))).toBe(true);
  expect(hasVulkanDriver({ VK_DRIVER_FILES: '/opt/swiftshader.json' }, nothing)).toBe(true);
});

test('without any there is none', () => {
  expect(hasVulkanDriver({ HOME: '/home/me', VK_DRIVER_FILES: '' }, nothing)).toBe(false);
  expect(hasVulkanDriver({}, () => ['README'])).toBe(false);
});
