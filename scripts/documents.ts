/** Documents derived from tables, by path. */
import { codes, type CodeRow } from '../src/error/index.ts';
import { intrinsics } from '../src/kernel/intrinsics/table.ts';

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

function intrinsicsDocument(): string {
  const rows = [...intrinsics.values()];
  const categories = [...new Set(rows.map((r) => r.category))].sort();
  const targets = ['js', 'wasm', 'cuda', 'msl', 'wgsl'] as const;
  const out = [
    '# Intrinsics',
    '',
    `Generated from \`src/kernel/intrinsics/\` by \`npm run docs\`: ${rows.length} rows. A target without a mark refuses the`,
    'intrinsic with a capability error. `ulp` is the largest error allowed against the exact result.',
  ];
  for (const category of categories) {
    out.push('', `## ${category}`, '', `| name | written | signature | meaning | ulp | ${targets.join(' | ')} |`, `|---|---|---|---|---|${'---|'.repeat(targets.length)}`);
    for (const row of rows.filter((r) => r.category === category)) {
      const written = row.on.map((on) => `\`${on === 'mem' ? 'm' : on}.${row.name}\``).join(', ');
      const types = row.types.length === 0 ? '' : ` for ${row.types.join(', ')}`;
      const signature = `(${row.params.join(', ')}) → ${row.result ?? 'nothing'}${row.params.includes('T') || row.result === 'T' ? types : ''}`;
      out.push(`| ${row.name} | ${written} | ${cell(signature)} | ${cell(row.doc)} | ${row.ulp ?? 0} | ${targets.map((t) => (row.emit[t] === undefined && row.written === undefined ? '' : '✓')).join(' | ')} |`);
    }
  }
  return `${out.join('\n')}\n`;
}

export const generatedDocuments = (): Record<string, string> => ({
  'docs/errors.md': errorsDocument(),
  'docs/intrinsics.md': intrinsicsDocument(),
});
