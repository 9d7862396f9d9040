import { expect, test } from 'vitest';
import { Routes } from './routes.ts';

test('routes are found from both ends and forgotten with their sender', () => {
  const routes = new Routes();
  routes.set('a', 'out', 'c');
  routes.set('b', 'out', 'c');
  routes.set('a', 'log', 'd');
  expect(routes.get('a', 'out')).toEqual({ from: 'a', port: 'out', to: 'c' });
  expect([...routes.to('c')].map((route) => route.from)).toEqual(['a', 'b']);
  routes.set('a', 'out', 'd');
  expect([...routes.to('d')].map((route) => route.port)).toEqual(['out', 'log']);
  routes.delete('a', 'log');
  expect([...routes].length).toBe(2);
  routes.deleteFrom('a');
  expect([...routes]).toEqual([{ from: 'b', port: 'out', to: 'c' }]);
  expect(routes.get('a', 'out')).toBeUndefined();
});
