/** Several message types, sends with and without looking at the outcome, debug output, who and when. */
import { bool, f32, message, ringKernel, u32, u64 } from './face.ts';

const Job = message('Job', { n: u32, x: f32 });
const Reset = message('Reset', {});
const Part = message('Part', { sum: f32, from: u32, last: bool });
const Report = message('Report', { handled: u32, dropped: u32, stamp: u64 });

export default ringKernel({ id: 'talk', state: { handled: u32, dropped: u32 }, sends: { sink: Part, log: Report } })
  .on(Job, Report, (ctx, msg) => {
    let sum = 0;
    for (let i = 0; i < msg.n; i++) {
      sum += msg.x * i;
      if (!ctx.send.sink({ sum, from: ctx.self, last: i + 1 === msg.n })) ctx.state.dropped += 1;
    }
    ctx.state.handled += 1;
    ctx.debug('job {} of {}: {}', msg.n, ctx.sender, sum);
    return { handled: ctx.state.handled, dropped: ctx.state.dropped, stamp: ctx.timestamp };
  })
  .on(Reset, (ctx) => {
    ctx.send.log({ handled: ctx.state.handled, dropped: ctx.state.dropped, stamp: ctx.timestamp });
    ctx.state.handled = 0;
    ctx.state.dropped = 0;
  });
