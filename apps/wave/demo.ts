/** `npm run demo [-- --port N]`: serves the wave page, and membranes that step on this machine, and prints the address. */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createServer } from 'vite';
import { WaveServer } from './server/server.ts';

const { values } = parseArgs({ options: { port: { type: 'string' } } });

async function main(): Promise<void> {
  const root = import.meta.dirname;
  const waves = new WaveServer();
  const server = await createServer({
    root, configFile: join(root, 'vite.config.ts'),
    plugins: [{
      name: 'waves',
      configureServer({ middlewares }) {
        middlewares.use((request, response, next) => { if (!waves.handle(request, response)) next(); });
      },
    }],
    ...(values.port === undefined ? {} : { server: { port: Number(values.port), strictPort: true } }),
  });
  await server.listen();
  server.printUrls();
}

void main();
