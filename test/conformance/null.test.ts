import { conformance } from './describe.ts';

// Compiles for every target, runs nothing.
conformance({ name: 'null', open: { backend: 'null' }, features: ['i64', 'f64'] });
