/** Kernels of the soak: each says what it has handled, from whom, in what order, and what it has passed on. */
import { ringKernel } from '../../kernel/define.ts';
import { array, u32 } from '../../layout/types.ts';
import { message } from '../../message/message.ts';

/** Senders whose order one kernel can watch at once; each sender has a number of its own for ever. */
const slots = 64;
/** Words that follow the head of a long message: more than a line, on every backend. */
export const tailWords = 37;

/** Message `n` of `sender`. `seal` follows from the rest: what is torn or mixed up does not fit. */
export const Job = message('SoakJob', { sender: u32, n: u32, hops: u32, seal: u32 });
export const Long = message('SoakLong', { sender: u32, n: u32, hops: u32, seal: u32, tail: array(u32, tailWords) });
/** `flaws`: 1 out of order or doubled, 2 damaged. `forwarded`: the number of what was passed on, 0: nothing was. */
export const Done = message('SoakDone', { sender: u32, n: u32, flaws: u32, by: u32, forwarded: u32 });

export const sealOf = (sender: number, n: number, hops: number): number => (Math.imul(sender, 0x9e3779b1) ^ Math.imul(n, 0x85ebca6b) ^ hops) >>> 0;

/** A kind of its own for each number: the same behaviour, another program. */
export const soakKind = (variant: number) => ringKernel({
  id: `soak${variant}`, uses: { variant, slots, tailWords }, sends: { next: Job },
  state: { serial: u32, sent: u32, variant: u32, whose: array(u32, slots), last: array(u32, slots) },
})
  .on(Job, Done, (ctx, msg, { variant, slots }) => {
    const { state } = ctx;
    const slot = msg.sender % slots;
    let flaws = ctx.u32(0);
    if (state.whose[slot] === msg.sender && state.last[slot]! >= msg.n) flaws = 1;
    if (msg.seal !== ((msg.sender * 0x9e3779b1) ^ (msg.n * 0x85ebca6b) ^ msg.hops)) flaws = flaws + 2;
    state.whose[slot] = msg.sender;
    state.last[slot] = msg.n;
    state.variant = variant;
    let forwarded = ctx.u32(0);
    if (msg.hops > 0) {
      const n = state.sent + 1;
      const hops = msg.hops - 1;
      if (ctx.send.next({ sender: state.serial, n, hops, seal: (state.serial * 0x9e3779b1) ^ (n * 0x85ebca6b) ^ hops })) {
        state.sent = n;
        forwarded = n;
      }
    }
    return { sender: msg.sender, n: msg.n, flaws, by: state.serial, forwarded };
  })
  .on(Long, Done, (ctx, msg, { slots, tailWords }) => {
    const { state } = ctx;
    const slot = msg.sender % slots;
    let flaws = ctx.u32(0);
    if (state.whose[slot] === msg.sender && state.last[slot]! >= msg.n) flaws = 1;
    let whole = msg.seal === ((msg.sender * 0x9e3779b1) ^ (msg.n * 0x85ebca6b) ^ msg.hops);
    for (let i = 0; i < tailWords; i++) if (msg.tail[i] !== msg.n + ctx.u32(i)) whole = false;
    if (!whole) flaws = flaws + 2;
    state.whose[slot] = msg.sender;
    state.last[slot] = msg.n;
    return { sender: msg.sender, n: msg.n, flaws, by: state.serial, forwarded: 0 };
  });

/** Answers short messages and keeps nothing but order: the smallest kernel, for rings of its own. */
export const soakLeaf = (variant: number) => ringKernel({
  id: `leaf${variant}`, uses: { variant, slots }, on: Job, reply: Done, state: { serial: u32, variant: u32, whose: array(u32, slots), last: array(u32, slots) },
}, (ctx, msg, { variant, slots }) => {
  const { state } = ctx;
  const slot = msg.sender % slots;
  let flaws = ctx.u32(0);
  if (state.whose[slot] === msg.sender && state.last[slot]! >= msg.n) flaws = 1;
  if (msg.seal !== ((msg.sender * 0x9e3779b1) ^ (msg.n * 0x85ebca6b) ^ msg.hops)) flaws = flaws + 2;
  state.whose[slot] = msg.sender;
  state.last[slot] = msg.n;
  state.variant = variant;
  return { sender: msg.sender, n: msg.n, flaws, by: state.serial, forwarded: 0 };
});

export type SoakKernel = ReturnType<typeof soakKind>;
export type LeafKernel = ReturnType<typeof soakLeaf>;
