import { conformance } from './describe.ts';

const features = ['execute', 'watchdog', 'dropOldest', 'stall', 'i64', 'f64', 'debug', 'wraps', 'rounds'] as const;

conformance({ name: 'cpu', open: { backend: 'cpu', engine: { watchdog: 50 } }, features });
conformance({ name: 'cpu, two workers', open: { backend: 'cpu', engine: { watchdog: 50, workers: 2 } }, features, load: 50_000, actors: 1000 });
conformance({
  name: 'cpu in passes on the host thread', open: { backend: 'cpu', engine: { inline: true } },
  features: features.filter((feature) => feature !== 'watchdog'), load: 50_000, actors: 1000,
});
