/** What a program is built of: kernels made by factories, structs in structs, local arrays, helpers with several ways out. */
import { ringKernel, type KernelDefinition } from '../../kernel/define.ts';
import { array, bf16, f32, i32, struct, u32, vec2, type Scalar } from '../../layout/types.ts';
import { message } from '../../message/message.ts';
import type { Program } from './language.ts';

/** A generic kernel: an ordinary function of schema values. */
const scaler = (type: Scalar<'f32' | 'i32' | 'u32'>, by: number): KernelDefinition => {
  const Value = message('Value', { list: array(type, 3) });
  return ringKernel({ id: `scale-${type.name}`, on: Value, reply: Value, uses: { by } }, (_ctx, { list }, { by }) => ({ list: [list[0]! * by, list[1]! * by, list[2]! * by] })) as unknown as KernelDefinition;
};

const Leaf = struct('Leaf', { at: vec2(f32), half: bf16, flags: array(u32, 2) });
const Branch = struct('Branch', { leaves: array(Leaf, 3), best: Leaf });
const Tree = message('Tree', { branch: Branch, pick: u32 });
const Picked = message('Picked', { branch: Branch, sum: f32 });

const Numbers = message('Numbers', { n: i32, list: array(i32, 6) });
const Answer = message('Answer', { value: i32 });
const Sorted = message('Sorted', { list: array(i32, 6), mean: f32 });

/** Every way out returns; the last needs no `else`. */
function classOf(x: number, list: ArrayLike<number>): number {
  if (x < 0) return -1;
  for (let i = 0; i < 6; i++) {
    if (list[i] === x) return 100 + i;
    if (list[i]! > x * 1000) return 7;
  }
  switch (x % 3) {
    case 0: return 30;
    case 1: { const twice = x * 2; if (twice > 10) return twice; break; }
    default: return x > 100 ? 1 : 2;
  }
  return 0;
}
/** Gives back an object whose fields differ by the way taken. */
const range = (a: number, b: number): { low: number; high: number } => {
  if (a <= b) return { low: a, high: b };
  return { low: b, high: a };
};

export const shapePrograms: readonly Program[] = [
  { name: 'generic kernels by factories: f32', kernel: () => scaler(f32, 0.5), cases: [[{ list: [1, 2, 5] }, { list: [0.5, 1, 2.5] }]] },
  { name: 'generic kernels by factories: i32', kernel: () => scaler(i32, -3), cases: [[{ list: [1, 2, -5] }, { list: [-3, -6, 15] }]] },
  { name: 'generic kernels by factories: u32', kernel: () => scaler(u32, 3), cases: [[{ list: [1, 2, 0x5000_0000] }, { list: [3, 6, 0xf000_0000] }]] },
  {
    name: 'structs in arrays in structs',
    kernel: () => ringKernel({ id: 'trees', on: Tree, reply: Picked, state: { last: Branch, seen: array(Leaf, 2) } }, (ctx, { branch, pick }) => {
      const leaf = branch.leaves[pick]!;
      ctx.state.last.best = leaf as never;
      ctx.state.last.leaves[1] = { at: leaf.at.mul(2), half: ctx.bf16(leaf.half + 1), flags: [leaf.flags[1]!, pick] };
      ctx.state.last.leaves[2]!.at.y = branch.best.at.x;
      ctx.state.seen[pick & 1] = ctx.state.last.leaves[1]!;
      let sum = 0;
      for (const l of branch.leaves) sum += l.at.x + l.half + l.flags[0]!;
      return { branch: ctx.state.last, sum: sum + ctx.state.seen[pick & 1]!.at.y };
    }),
    cases: [[
      {
        pick: 2, branch: {
          best: { at: [9, 9], half: 0, flags: [0, 0] },
          leaves: [{ at: [1, 2], half: 0.5, flags: [1, 2] }, { at: [3, 4], half: 1.5, flags: [3, 4] }, { at: [5, 6], half: 2.5, flags: [5, 6] }],
        },
      },
      {
        sum: 9 + 4.5 + 9 + 12, branch: {
          best: { at: { x: 5, y: 6 }, half: 2.5, flags: [5, 6] },
          leaves: [
            { at: { x: 0, y: 0 }, half: 0, flags: [0, 0] }, { at: { x: 10, y: 12 }, half: 3.5, flags: [6, 2] }, { at: { x: 0, y: 9 }, half: 0, flags: [0, 0] },
          ],
        },
      },
    ]],
  },
  {
    name: 'local arrays: filled, indexed, sorted, copied',
    kernel: () => ringKernel({ id: 'locals', on: Numbers, reply: Sorted }, (_ctx, { n, list }) => {
      const work = new Int32Array(6);
      const counts = [0, 0, 0];
      for (let i = 0; i < 6; i++) work[i] = list[i]!;
      for (let i = 1; i < n; i++) {
        const x = work[i]!;
        let k = i - 1;
        while (k >= 0 && work[k]! > x) { work[k + 1] = work[k]!; k--; }
        work[k + 1] = x;
      }
      for (const x of work) counts[x < 0 ? 0 : x === 0 ? 1 : 2]! += 1;
      const weights = new Float32Array(3);
      weights.fill(0.5);
      weights[2] = 2;
      let mean = 0;
      for (let k = 0; k < 3; k++) mean += counts[k]! * weights[k]!;
      return { list: work, mean };
    }),
    cases: [[{ n: 6, list: [5, -1, 3, 0, 9, -7] }, { list: [-7, -1, 0, 3, 5, 9], mean: 1 + 0.5 + 6 }], [{ n: 3, list: [3, 2, 1, 0, 0, 0] }, { list: [1, 2, 3, 0, 0, 0], mean: 1.5 + 6 }]],
  },
  {
    name: 'helpers with several ways out',
    kernel: () => ringKernel({ id: 'ways', on: Numbers, reply: Answer, uses: { classOf, range } }, (_ctx, { n, list }, { classOf, range }) => {
      const { low, high } = range(n, 4);
      const clamped = (x: number): number => { if (x < low) return low; if (x > high) return high; return x; };
      return { value: classOf(n, list) * 1000 + clamped(list[0]!) };
    }),
    cases: [
      [{ n: -4, list: [0, 0, 0, 0, 0, 0] }, { value: -1000 }], [{ n: 6, list: [1, 6, 0, 0, 0, 0] }, { value: 101_004 }], [{ n: 1, list: [0, 9999, 0, 0, 0, 0] }, { value: 7001 }],
      [{ n: 9, list: [0, 0, 0, 0, 0, 0] }, { value: 30_004 }], [{ n: 7, list: [0, 0, 0, 0, 0, 0] }, { value: 14_004 }], [{ n: 4, list: [5, 0, 0, 0, 0, 0] }, { value: 4 }],
      [{ n: 5, list: [0, 0, 0, 0, 0, 0] }, { value: 2004 }], [{ n: 104, list: [80, 0, 0, 0, 0, 0] }, { value: 1080 }],
    ],
  },
];
