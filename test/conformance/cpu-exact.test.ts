import { conformance } from './describe.ts';

conformance({
  name: 'cpu exact',
  open: { debug: 'exact', engine: { watchdog: 200 } },
  features: ['execute', 'overflowFault', 'watchdog', 'dropOldest', 'stall', 'i64', 'f64', 'debug', 'rounds'],
  load: 20_000,
  actors: 1000,
});
