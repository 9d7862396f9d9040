/** `npm run demo [-- --port N]`: serves the wave page and prints its address. */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createServer } from 'vite';

const { values } = parseArgs({ options: { port: { type: 'string' } } });

async function main(): Promise<void> {
  const root = import.meta.dirname;
  const server = await createServer({
    root, configFile: join(root, 'vite.config.ts'),
    ...(values.port === undefined ? {} : { server: { port: Number(values.port), strictPort: true } }),
  });
  await server.listen();
  server.printUrls();
}

void main();
