import { conformance } from './describe.ts';

conformance({
  name: 'cpu source',
  open: { debug: 'source' },
  features: ['execute', 'overflowFault', 'dropOldest', 'stall', 'i64', 'f64', 'debug'],
  load: 20_000,
  actors: 1000,
});
