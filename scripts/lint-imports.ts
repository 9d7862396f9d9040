/**
 * Enforces the direction of imports between the rooms of `src/`, the file budget, and the absence of
 * import cycles. `npm run lint`.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';

const src = join(import.meta.dirname, '..', 'src');

/** Each room and the rooms it may import, besides itself. */
const rooms: Readonly<Record<string, readonly string[]>> = {
  error: [],
  clock: ['error', 'layout'],
  layout: ['error'],
  message: ['error', 'clock', 'layout'],
  kernel: ['error', 'clock', 'layout', 'message'],
  emit: ['error', 'layout', 'message', 'kernel', 'engine'],
  queue: ['error', 'clock', 'layout', 'message', 'kernel'],
  engine: ['error', 'clock', 'layout', 'message', 'queue', 'kernel'],
  backend: ['error', 'clock', 'layout', 'message', 'queue', 'kernel', 'emit', 'engine', 'memory'],
  memory: ['error', 'layout', 'message', 'kernel', 'backend'],
  k2k: ['error', 'clock', 'layout', 'message', 'queue', 'kernel', 'engine'],
  runtime: ['error', 'clock', 'layout', 'message', 'queue', 'kernel', 'engine', 'backend', 'k2k', 'memory'],
  telemetry: ['error', 'clock', 'layout', 'message', 'queue', 'kernel', 'engine', 'runtime'],
  pubsub: ['error', 'clock', 'layout', 'message', 'queue', 'kernel', 'engine', 'runtime', 'k2k'],
  stencil: ['error', 'clock', 'layout', 'message', 'queue', 'kernel', 'engine', 'backend', 'runtime', 'memory'],
  multi: ['error', 'clock', 'layout', 'message', 'queue', 'kernel', 'engine', 'backend', 'runtime', 'memory'],
  lint: ['error', 'layout', 'message', 'kernel'],
  checkpoint: ['error', 'clock', 'layout', 'message', 'queue', 'kernel', 'engine', 'runtime'],
  cluster: ['error', 'clock', 'layout', 'message', 'queue', 'kernel', 'engine', 'runtime', 'pubsub', 'checkpoint'],
  testing: ['error', 'clock', 'layout', 'message', 'queue', 'kernel', 'emit', 'engine', 'backend', 'runtime', 'k2k', 'memory', 'pubsub', 'telemetry', 'stencil', 'multi', 'checkpoint', 'cluster'],
  cli: ['error', 'clock', 'layout', 'message', 'queue', 'kernel', 'emit', 'engine', 'backend', 'runtime', 'testing', 'telemetry', 'stencil', 'multi'],
};

const concrete = ['cpu', 'cuda', 'metal', 'webgpu', 'null'];
const maxLines = 450;
const problems: string[] = [];

const files = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter((f) => f.endsWith('.ts')).map((f) => f.replaceAll('\\', '/'));
const isTest = (file: string): boolean => /\.test(-d)?\.ts$/.test(file);
/** The emitters are a room of their own inside `kernel/`: they also know the engines' ABI. */
const roomOf = (file: string): string => (file.startsWith('kernel/emit/') ? 'emit' : file.includes('/') ? file.slice(0, file.indexOf('/')) : '');
const graph = new Map<string, string[]>();

for (const file of files) {
  const text = readFileSync(join(src, file), 'utf8');
  const lines = text.split('\n').length;
  if (lines > maxLines) problems.push(`${file}: ${lines} lines, more than ${maxLines}: split it by subject`);
  const room = roomOf(file);
  if (room !== '' && !(room in rooms)) problems.push(`${file}: room '${room}' has no row in scripts/lint-imports.ts`);
  const targets: string[] = [];
  for (const match of text.matchAll(/^(?:import|export)\s[^;]*?from\s+'(\.[^']+)'|import\('(\.[^']+)'\)/gm)) {
    const statement = match[0];
    const specifier = match[1] ?? match[2]!;
    const target = relative(src, resolve(src, dirname(file), specifier)).replaceAll('\\', '/');
    if (target.startsWith('..')) {
      if (!isTest(file)) problems.push(`${file}: imports ${specifier} outside src/`);
      continue;
    }
    if (!/^(?:import|export)\s+type\b/.test(statement) && !statement.startsWith('import(')) targets.push(target);
    if (isTest(file) || room === '') continue;
    const other = roomOf(target);
    if (other !== room && !(rooms[room] ?? []).includes(other)) problems.push(`${file}: ${room} must not import ${other} (${specifier})`);
    const backend = /^backend\/(\w+)\//.exec(target)?.[1];
    const inside = /^backend\/(\w+)\//.exec(file)?.[1];
    if (backend !== undefined && concrete.includes(backend) && inside !== backend && file !== 'backend/select.ts') {
      problems.push(`${file}: imports the concrete backend ${backend}; only backend/select.ts may`);
    }
  }
  if (!isTest(file)) graph.set(file, targets);
}

const state = new Map<string, 'open' | 'done'>();
function visit(file: string, path: string[]): void {
  if (state.get(file) === 'done') return;
  if (state.get(file) === 'open') {
    // Functions of one folder may be mutually recursive; a cycle through several folders is a tangle.
    const cycle = [...path.slice(path.indexOf(file)), file];
    if (new Set(cycle.map((f) => dirname(f))).size > 1) problems.push(`import cycle: ${cycle.join(' -> ')}`);
    return;
  }
  state.set(file, 'open');
  for (const next of graph.get(file) ?? []) visit(next, [...path, file]);
  state.set(file, 'done');
}
for (const file of graph.keys()) visit(file, []);

for (const problem of problems) console.error(problem);
console.log(`${files.length} files, ${problems.length} problems`);
process.exit(problems.length === 0 ? 0 : 1);
