/** Documents derived from tables, by path. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { codes, type CodeRow } from '../src/error/index.ts';
import { intrinsics, type IntrinsicRow } from '../src/kernel/intrinsics/table.ts';

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');

function errorsDocument(): string {
  const rows = Object.entries(codes) as [string, CodeRow][];
  const out = [
    '# Errors',
    '',
    'Generated from `src/error/codes/` by `npm run docs`. Every error is a `RingKernelError` with a stable `code`,',
    '`what` happened, `why` it can happen and how to `fix` it; `{name}` stands for a value of the call, also found in `detail`.',
    '',
  ];
  for (const [code, row] of rows.sort(([a], [b]) => (a < b ? -1 : 1))) {
    out.push(`## ${code}`, '', row.what, '', `- Why: ${row.why}`, `- Fix: ${row.fix}`);
    if (row.recoverable === true) out.push('- Trying again later can succeed.');
    out.push('');
  }
  return `${out.join('\n').trimEnd()}\n`;
}

/** The error bound as it is promised: per type, and where it holds. */
function boundOf({ ulp = 0, near, within }: IntrinsicRow): string {
  const each = (value: number | { readonly f32: number; readonly f64: number }): string => (typeof value === 'number' ? String(value) : value.f32 === value.f64 ? String(value.f32) : `f32 ${value.f32}, f64 ${value.f64}`);
  return [each(ulp), ...(near === undefined ? [] : [near === 'operands' ? 'of the largest operand' : `of ${near} or more`]), ...(within === undefined ? [] : [`to ±${each(within)}`])].join(' ');
}

function intrinsicsDocument(): string {
  const rows = [...intrinsics.values()];
  const categories = [...new Set(rows.map((r) => r.category))].sort();
  const targets = ['js', 'wasm', 'cuda', 'msl', 'wgsl'] as const;
  const out = [
    '# Intrinsics',
    '',
    `Generated from \`src/kernel/intrinsics/\` by \`npm run docs\`: ${rows.length} rows. A target without a mark refuses the`,
    'intrinsic with a capability error. `ulp` is the largest error allowed against the exact result, in units of its last place, per type',
    'where they differ; 0: the exact result, rounded. Where results cancel, units count as those of the size that is named; a bound may',
    'hold for operands up to a size only. The bounds are tested on every backend against arithmetic of 240 bits: `ringkernel selftest --intrinsics`.',
  ];
  for (const category of categories) {
    out.push('', `## ${category}`, '', `| name | written | signature | meaning | ulp | ${targets.join(' | ')} |`, `|---|---|---|---|---|${'---|'.repeat(targets.length)}`);
    for (const row of rows.filter((r) => r.category === category)) {
      const written = row.on.map((on) => `\`${on === 'mem' ? 'm' : on}.${row.name}\``).join(', ');
      const types = row.types.length === 0 ? '' : ` for ${row.types.join(', ')}`;
      const signature = `(${row.params.join(', ')}) → ${row.result ?? 'nothing'}${row.params.includes('T') || row.result === 'T' ? types : ''}`;
      out.push(`| ${row.name} | ${written} | ${cell(signature)} | ${cell(row.doc)} | ${cell(boundOf(row))} | ${targets.map((t) => (row.emit[t] === undefined && row.written === undefined ? '' : '✓')).join(' | ')} |`);
    }
  }
  return `${out.join('\n')}\n`;
}

interface Figure {
  readonly id: string;
  readonly value: number;
  readonly unit: string;
  readonly peer?: Readonly<Record<string, number>>;
  readonly limit?: number | null;
  readonly budget?: number | null;
  readonly holds?: boolean | null;
  readonly better?: 'smaller' | 'larger';
  readonly note?: string;
  readonly machine: string;
  readonly date: string;
}

const number = (n: number): string => (n === 0 ? '0' : Math.abs(n) >= 100 ? n.toFixed(0) : n.toPrecision(3));

interface Results {
  readonly file: string;
  readonly machine: string | null;
  readonly figures: readonly Figure[];
}

/** All records, each with the name of its file; later files later. */
function allFigures(): Results[] {
  const folder = join(import.meta.dirname, '..', 'bench', 'results');
  return readdirSync(folder).filter((f) => f.endsWith('.json')).sort().flatMap((file): Results[] => {
    const content = JSON.parse(readFileSync(join(folder, file), 'utf8')) as readonly Figure[] | { readonly machine: string; readonly records: readonly Figure[] } | object;
    if ('records' in content) return [{ file, machine: content.machine, figures: content.records }];
    // What holds neither is no measurement: a list of what was proved.
    return Array.isArray(content) ? [{ file, machine: null, figures: content as readonly Figure[] }] : [];
  });
}

/** A table of figures whose id matches one of the patterns (`*`: anything; `@FILE`: of that file alone), the newest record of each. */
function figuresTable(patterns: readonly string[]): string {
  const rows: string[] = [];
  for (const wanted of patterns) {
    const [pattern, only] = wanted.split('@') as [string, string?];
    const fits = new RegExp(`^${pattern.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&')).join('.*')}$`);
    const newest = new Map<string, Figure>();
    for (const { file, figures } of allFigures()) for (const f of only === undefined || file === `${only}.json` ? figures : []) if (fits.test(f.id) && (newest.get(f.id)?.date ?? '') <= f.date) newest.set(f.id, f);
    if (newest.size === 0) throw new Error(`no figure is called '${wanted}'`);
    for (const f of newest.values()) {
      const beside = [...Object.entries(f.peer ?? {}), ...(f.limit === undefined || f.limit === null ? [] : [['limit', f.limit] as const])].map(([name, value]) => `${name} ${number(value)}`).join(', ');
      rows.push(`| ${f.id} | ${number(f.value)} ${f.unit} | ${cell(beside)} | ${cell(f.note ?? '')} |`);
    }
  }
  return ['| figure | value | beside it, in the same run | what was timed |', '|---|---|---|---|', ...rows].join('\n');
}

const block = /(<!-- figures: (.*?) -->\n)[^]*?(<!-- end of figures -->)/g;

/** Guides that show figures: what stands between `<!-- figures: ID, ID -->` and `<!-- end of figures -->` comes from the records. */
function guides(): Record<string, string> {
  const root = join(import.meta.dirname, '..');
  return Object.fromEntries(readdirSync(join(root, 'docs', 'guides')).filter((f) => f.endsWith('.md')).flatMap((file): [string, string][] => {
    const path = `docs/guides/${file}`;
    const text = readFileSync(join(root, path), 'utf8');
    const made = text.replace(block, (_, open: string, ids: string, close: string) => `${open}${figuresTable(ids.split(',').map((id) => id.trim()))}\n${close}`);
    return text.includes('<!-- figures:') ? [[path, made]] : [];
  }));
}

function figuresDocument(): string {
  const out = [
    '# Figures',
    '',
    'Generated from `bench/results/` by `npm run docs`. Each file there was written by `npm run bench -- --json FILE` (on the GPU',
    'machine by the portable bundle\'s `bench`); records of code that has been replaced since stand in `earlier/` there. Every time runs until the answer has been read; limit and peers were measured in the same run.',
  ];
  for (const { file, machine, figures } of allFigures()) {
    const [first] = figures;
    if (first === undefined) continue;
    const where = machine === null ? first.machine : `${machine}; ${first.machine}`;
    out.push('', `## ${file.replace('.json', '')}`, '', `${where}; ${first.date.slice(0, 10)}`, '', '| figure | value | budget | limit | beside it | what was timed |', '|---|---|---|---|---|---|');
    for (const f of figures) {
      const budget = f.budget === undefined || f.budget === null ? '' : `${f.better === 'larger' ? '≥' : '≤'} ${number(f.budget)} ${f.holds === true ? 'holds' : '**missed**'}`;
      const limit = f.limit === undefined || f.limit === null ? '' : number(f.limit);
      const peers = Object.entries(f.peer ?? {}).map(([name, value]) => `${name} ${number(value)}`).join(', ');
      out.push(`| ${f.id} | ${number(f.value)} ${f.unit} | ${budget} | ${limit} | ${cell(peers)} | ${cell(f.note ?? '')} |`);
    }
  }
  return `${out.join('\n')}\n`;
}

export const generatedDocuments = (): Record<string, string> => ({
  'docs/errors.md': errorsDocument(),
  'docs/intrinsics.md': intrinsicsDocument(),
  'docs/figures.md': figuresDocument(),
  ...guides(),
});
