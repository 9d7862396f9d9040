/** Every form of control flow: loops of each kind, labels, switch with fall-through, early returns. */
import { i32, message, ringKernel, u32 } from './face.ts';

const Work = message('Work', { n: i32, mode: u32, limit: u32 });
const Done = message('Done', { count: u32, last: i32 });

export default ringKernel({ id: 'control', on: Work, reply: Done, state: { turns: u32 } }, (ctx, msg) => {
  let count = 0;
  let last = -1;
  if (msg.n < 0) return { count: 0, last: msg.n };
  outer: for (let i = 0; i < msg.n; i++) {
    for (let j = 0; j < 8; j++) {
      if (j === i) continue outer;
      if (count > 100) break outer;
      count++;
      if (j * i === 12) break;
    }
    last = i;
  }
  let k = 0;
  while (k < 20) {
    k += 3;
    if (k % 2 === 0) continue;
    last -= k;
  }
  do {
    count += 2;
    k--;
  } while (k > 0 && count < 50);
  switch (msg.mode) {
    case 0: last = 10; break;
    // @ts-expect-error: falls through, as the language allows
    case 1: last = 11;
    case 2: last += 5; break;
    case 7: return { count: 7, last };
    default: last = last > 0 ? last : -last;
  }
  found: {
    if (last === 3) break found;
    for (;;) {
      if (++last > 12) break found;
      if (last === 11) break;
    }
    count += 1000;
  }
  ctx.state.turns += 1;
  return { count, last };
});
