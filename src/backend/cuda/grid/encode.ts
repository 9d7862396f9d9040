/** Commands and fields as the device's words. */
import { fail } from '../../../error/index.ts';
import type { GridArray, GridCommand } from '../../../engine/grid.ts';
import { phaseStep } from '../../../engine/grids/tools.ts';
import type { GridPlan } from './plan.ts';
import { bitsOf } from './source.ts';
import { commandWords, mostSources, ops } from './structures.ts';

const arrays = { f32: Float32Array, i32: Int32Array, u32: Uint32Array } as const;

export const arrayOf = (plan: GridPlan, field: number, length: number): GridArray => new arrays[plan.fields[field]!.elem.name as keyof typeof arrays](length);

const low = (address: bigint): number => Number(address & 0xffffffffn);
const high = (address: bigint): number => Number(address >> 32n);
const float = (value: number): number => bitsOf('f32', value);

/** The coordinate inside that a padded coordinate stands for; null: the edge's own value. */
function inside(i: number, n: number, rule: string): number | null {
  if (i >= 0 && i < n) return i;
  switch (rule) {
    case 'periodic': return i < 0 ? i + n : i - n;
    case 'reflecting': return i < 0 ? -1 - i : 2 * n - 1 - i;
    case 'nearest': return i < 0 ? 0 : n - 1;
    default: return null;
  }
}

/** A field with its ghosts, as it lies outside the kernel; null: zero inside. */
export function homeOf(plan: GridPlan, index: number, values: ArrayLike<number> | null): GridArray {
  const { spec, pitch, layer } = plan;
  const field = plan.fields[index]!;
  const [w, h, d = 1] = spec.size as readonly [number, number, number?];
  const { halo, dims, boundary } = spec;
  if (values !== null && values.length !== w * h * d) throw fail('InvalidConfig', { option: 'values', value: values.length, reason: `The grid has ${w * h * d} cells.` });
  const rule = field.role === 'still' || boundary.rule === 'absorbing' ? 'nearest' : boundary.rule;
  const edge = boundary.rule === 'fixed' && field.role !== 'still' ? boundary.value : 0;
  const out = arrayOf(plan, index, plan.home);
  if (values === null && edge === 0) return out;
  const rows = dims === 3 ? h + 2 * halo : 1;
  const columns = Int32Array.from({ length: pitch }, (_, i) => inside(i - halo, w, rule) ?? -1);
  for (let l = 0; l < plan.layers + 2 * halo; l++) {
    const at = inside(l - halo, plan.layers, rule);
    for (let r = 0; r < rows; r++) {
      const y = dims === 3 ? inside(r - halo, h, rule) : 0;
      const start = l * layer + r * pitch;
      if (at === null || y === null) { out.fill(edge, start, start + pitch); continue; }
      const from = dims === 3 ? (at * h + y) * w : at * w;
      for (let i = 0; i < pitch; i++) out[start + i] = columns[i]! < 0 ? edge : values === null ? 0 : values[from + columns[i]!]!;
    }
  }
  return out;
}

/**
 * The slots of a command: operation, then its words. `address`: where a loaded field's values lie on the device, or
 * where a snapshot goes.
 */
export function encode(plan: GridPlan, c: GridCommand, address: bigint): readonly (readonly number[])[] {
  const { spec } = plan;
  const field = (index: number): number => {
    if (plan.fields[index] === undefined) throw fail('InvalidConfig', { option: 'field', value: index, reason: `The grid has ${plan.fields.length} fields.` });
    return index;
  };
  const smooth = (index: number): number => {
    if (plan.fields[field(index)]!.elem.name !== 'f32') throw fail('InvalidConfig', { option: 'field', value: plan.fields[index]!.name, reason: 'Brushes and sources change fields of f32.' });
    return index;
  };
  const [, , z = 0] = 'at' in c ? c.at : [];
  switch (c.op) {
    case 'run': {
      if (!Number.isSafeInteger(c.steps) || c.steps < 0) throw fail('InvalidConfig', { option: 'steps', value: c.steps, reason: 'It is a whole number, zero or more.' });
      return [[ops.run, c.steps >>> 0, Math.floor(c.steps / 2 ** 32)]];
    }
    case 'set': {
      if (c.values.length !== spec.params.length) throw fail('InvalidConfig', { option: 'values', value: c.values.length, reason: `The grid has ${spec.params.length} parameters.` });
      const words = [...c.values.map((v, i) => bitsOf(spec.params[i]!.type.name as 'f32', v)), float(c.speed)];
      const each = commandWords - 2;
      return Array.from({ length: Math.ceil(words.length / each) }, (_, k) => {
        const part = words.slice(k * each, (k + 1) * each);
        return [ops.set, k * each, part.length, ...part];
      });
    }
    case 'brush': {
      const padded = [0, 1, 2].map((axis) => float(axis < spec.dims ? c.at[axis]! + spec.halo : 0));
      return [[ops.brush, smooth(c.field), c.mode === 'set' ? 1 : 0, ...padded, float(c.radius), float(c.amount)]];
    }
    case 'load': case 'snapshot': return [[ops[c.op], field(c.field), low(address), high(address)]];
    case 'addSource': {
      if (!(Number.isInteger(c.source) && c.source >= 0 && c.source < mostSources)) throw fail('InvalidConfig', { option: 'source', value: c.source, reason: `It is a number from 0 to ${mostSources - 1}.` });
      if (!(c.period > 0)) throw fail('InvalidConfig', { option: 'period', value: c.period, reason: 'It is a number of steps above zero.' });
      if (plan.fields[smooth(c.field)]!.role !== 'evolving') throw fail('InvalidConfig', { option: 'field', value: plan.fields[c.field]!.name, reason: 'Sources drive evolving fields.' });
      const [x, y] = c.at as readonly [number, number];
      return [[ops.addSource, c.source, c.field, Math.floor(x), Math.floor(y), Math.floor(z), phaseStep(c.period), float(c.amplitude)]];
    }
    case 'removeSource': return [[ops.removeSource, c.source]];
    case 'measure': {
      const k = plan.measures.findIndex(([name]) => name === c.name);
      if (k < 0) throw fail('InvalidConfig', { option: 'measure', value: c.name, reason: `'${spec.id}' has ${plan.measures.map(([name]) => name).join(', ') || 'no measures'}.` });
      return [[ops.measure, k]];
    }
    default: return [[ops[c.op]]];
  }
}
