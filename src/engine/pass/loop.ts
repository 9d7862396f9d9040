/**
 * The fixed part of a pass engine's device program: what happens around the handlers in one pass.
 *
 * One invocation serves one row: first the host's urgent messages, then what other actors sent in earlier
 * passes, then the host's other messages. Nothing is handed between invocations within a pass: a sent
 * message is written into a slot that was free when the pass began, and is read in a later pass.
 *
 * Arrivals of a row are counted in three words of `sync`, used in turn: in a pass, senders add to one, all
 * read the one of the pass before, and the row clears the third.
 */
import { faultNumber } from '../abi.ts';
import { BatchHead, RouteEntry, SlotHead, slotFlags } from '../../layout/structures.ts';
import type { Struct } from '../../layout/types.ts';
import type { PassDialect } from './dialect.ts';
import {
  batchRange, outcome, outcomeBits, PassBatch, PassFault, PassHead, PassRange, PassReport, PassRow, PassSync, rowFlags, syncWordsPerRow, word, words,
} from './layout.ts';

/**
 * Calls of the handlers of one kind, as statements that assign `result` from `input`, `output`, `count`, `i`:
 * word addresses of message and reply; with `count` above 0, of the columns of a batch whose message `i` is meant.
 */
export interface KindCalls {
  readonly kind: number;
  readonly handlers: readonly {
    readonly index: number;
    readonly call: string;
    /** Handles messages `first`, `first + stride`, … of a batch. Null: `call` does, one at a time. */
    readonly batch: string | null;
  }[];
}

const u = (n: number): string => `${n >>> 0}u`;
const head = words(SlotHead);

export function passLoop(d: PassDialect, kinds: readonly KindCalls[]): string {
  const at = (base: string, s: Struct, field: string, plus = 0): string => d.mem(`${base} + ${u(word(s, field) + plus)}`);
  const row = d.own('row');
  const frame = d.own('frame');
  const inFrame = (field: string, plus = 0): string => at(frame, PassHead, field, plus);
  const ofRow = (field: string, plus = 0): string => at(row, PassRow, field, plus);
  const fault = d.own('fault');
  const syncRow = (index: string): string => `${u(words(PassSync))} + (${index}) * ${u(syncWordsPerRow)}`;
  const flag = (mask: number): string => `(${ofRow('flags')} & ${u(mask)})`;

  const switched = (of: KindCalls[], call: (h: KindCalls['handlers'][number]) => string): string => `
  switch (kind) {
${of.map((k) => `    case ${u(k.kind)}: {
      switch (handler) {
${k.handlers.map((h) => `        case ${u(h.index)}: { ${call(h)} break; }\n`).join('')}        default: { break; }
      }
      break;
    }
`).join('')}    default: { break; }
  }`;
  const dispatch = d.fn('rk_dispatch', ['kind', 'handler', 'input', 'output', 'count', 'i'], 'u32', `
  ${d.var('result', '0u')}${switched([...kinds], (h) => h.call)}
  return result;`);
  const looped = kinds.map((k) => ({ ...k, handlers: k.handlers.filter((h) => h.batch !== null) })).filter((k) => k.handlers.length > 0);
  const one = `for (${d.var('i', 'first')} i < count; i += stride) { result = ${d.call('rk_dispatch', 'kind', 'handler', 'input', 'output', 'count', 'i')}; }`;
  const batches = d.fn('rk_dispatch_batch', ['kind', 'handler', 'input', 'output', 'count', 'first', 'stride'], 'u32', `
  ${d.var('result', '0u')}${looped.length === 0 ? `\n  ${one}` : switched(looped, (h) => h.batch!)}
  return result;`);

  return [
    d.fn('rk_stop', ['kind', 'site'], null, `
  if (${fault} == 0u) { ${fault} = kind; ${d.own('site')} = site; }`),

    d.fn('rk_at', ['index', 'count', 'site'], 'u32', `
  if (index < count) { return index; }
  ${d.call('rk_stop', u(faultNumber('outOfBounds')), 'site')};
  return 0u;`),

    d.fn('rk_tick', ['site'], 'bool', `
  if (${fault} != 0u) { return true; }
  ${d.own('turns')} += 1u;
  if (${d.own('turns')} <= ${inFrame('watchdog')}) { return false; }
  ${d.call('rk_stop', u(faultNumber('watchdog')), 'site')};
  return true;`),

    `// Address of a fresh record for the host; 0: no room.\n${d.fn('rk_extra', [], 'u32', `
  ${d.var('taken', d.atomicLoad(u(word(PassSync, 'extra'))))}
  for (;;) {
    if (taken >= ${inFrame('extraCapacity')}) { return 0u; }
    if (${d.compareExchange(u(word(PassSync, 'extra')), 'taken', 'taken + 1u')}) { break; }
    taken = ${d.atomicLoad(u(word(PassSync, 'extra')))};
  }
  return ${frame} + ${inFrame('extra')} + taken * ${inFrame('extraStride')};`)}`,

    d.fn('rk_later', ['aLow', 'aHigh', 'bLow', 'bHigh'], 'bool', `
  return aHigh > bHigh || (aHigh == bHigh && aLow > bLow);`),

    `// The row's clock moves past its own, the given and the host's time.\n${d.fn('rk_clock', ['low', 'high'], null, `
  ${d.var('a', ofRow('hlc'))}
  ${d.var('b', ofRow('hlc', 1))}
  if (${d.call('rk_later', 'low', 'high', 'a', 'b')}) { a = low; b = high; }
  a += 1u;
  if (a == 0u) { b += 1u; }
  if (${d.call('rk_later', inFrame('now'), inFrame('now', 1), 'a', 'b')}) { a = ${inFrame('now')}; b = ${inFrame('now', 1)}; }
  ${ofRow('hlc')} = a;
  ${ofRow('hlc', 1)} = b;`)}`,

    d.fn('rk_head', ['slot', 'what', 'tag'], null, `
  ${at('slot', SlotHead, 'stamp')} = what;
  ${at('slot', SlotHead, 'tag')} = tag;
  ${at('slot', SlotHead, 'correlation')} = ${d.own('correlation')};
  ${at('slot', SlotHead, 'source')} = ${ofRow('id')};
  ${at('slot', SlotHead, 'timestamp')} = ${ofRow('hlc')};
  ${at('slot', SlotHead, 'timestamp', 1)} = ${ofRow('hlc', 1)};
  ${at('slot', SlotHead, 'deadline')} = 0u;
  ${at('slot', SlotHead, 'deadline', 1)} = 0u;`),

    `// Address of the payload in the receiver's inbox; 0: unconnected or full.\n${d.fn('rk_send', ['port'], 'u32', `
  ${d.let('route', `${ofRow('routes')} + port * ${u(words(RouteEntry))}`)}
  ${d.let('receiver', at('route', RouteEntry, 'target'))}
  if (receiver == 0u) { ${d.own('refused')} += 1u; return 0u; }
  ${d.let('other', `${inFrame('rows')} + (receiver - 1u) * ${u(words(PassRow))}`)}
  ${d.let('parity', `${inFrame('pass')} & 1u`)}
  ${d.let('counters', syncRow('receiver - 1u'))}
  ${d.let('mask', at('other', PassRow, 'inboxMask'))}
  ${d.let('end', `${d.mem(`other + ${u(word(PassRow, 'end'))} + parity`)} + ${d.atomicLoad(`counters + (${inFrame('pass')} + 2u) % 3u`)}`)}
  ${d.let('used', `end - ${d.mem(`other + ${u(word(PassRow, 'tail'))} + parity`)}`)}
  ${d.let('counter', `counters + ${inFrame('pass')} % 3u`)}
  ${d.var('mine', d.atomicLoad('counter'))}
  for (;;) {
    if (used + mine > mask) { ${d.own('refused')} += 1u; return 0u; }
    if (${d.compareExchange('counter', 'mine', 'mine + 1u')}) { break; }
    mine = ${d.atomicLoad('counter')};
  }
  ${d.let('slot', `${at('other', PassRow, 'inbox')} + ((end + mine) & mask) * ${at('other', PassRow, 'inboxStride')}`)}
  ${d.own('sent')} += 1u;
  ${d.call('rk_clock', '0u', '0u')};
  ${d.let('correlation', d.own('correlation'))}
  ${d.own('correlation')} = 0u;
  ${d.call('rk_head', 'slot', 'end + mine + 1u', `(${at('route', RouteEntry, 'handler')} | 512u)`)};
  ${d.own('correlation')} = correlation;
  return slot + ${u(head)};`)}`,

    `// Address for the arguments of debug output, two words each; 0: no room.\n${d.fn('rk_debug', ['format', 'count', 'kinds'], 'u32', `
  ${d.let('record', d.call('rk_extra'))}
  if (record == 0u || ${u(head + 4)} + count * 2u > ${inFrame('extraStride')}) {
    ${d.atomicAdd(u(word(PassSync, 'lostDebug')), '1u')};
    if (record != 0u) { ${d.mem('record')} = 0u; }
    return 0u;
  }
  ${d.let('index', `${ofRow('id')} - 1u`)}
  ${d.call('rk_head', 'record', `((index << ${u(outcomeBits)}) | ${u(outcome.debug)})`, u(slotFlags.debug << 16))};
  ${d.mem(`record + ${u(head)}`)} = format;
  ${d.mem(`record + ${u(head + 1)}`)} = count;
  ${d.mem(`record + ${u(head + 2)}`)} = kinds;
  return record + ${u(head + 4)};`)}`,

    dispatch,

    batches,

    `// What stands in the reply slot after a fault.\n${d.fn('rk_faulted', ['payload', 'handler'], null, `
  ${at('payload', PassFault, 'kind')} = ${fault};
  ${at('payload', PassFault, 'site')} = ${d.own('site')};
  ${at('payload', PassFault, 'handler')} = handler;
  ${at('payload', PassFault, 'correlation')} = ${d.own('correlation')};
  ${ofRow('flags')} = ${ofRow('flags')} | ${u(rowFlags.faulted)};
  ${ofRow('errors')} += 1u;`)}`,

    `// The message in hand.\n${d.fn('rk_begin', ['slot'], null, `
  ${d.own('source')} = ${at('slot', SlotHead, 'source')};
  ${d.own('correlation')} = ${at('slot', SlotHead, 'correlation')};
  ${d.own('stampLow')} = ${at('slot', SlotHead, 'timestamp')};
  ${d.own('stampHigh')} = ${at('slot', SlotHead, 'timestamp', 1)};
  ${d.own('deadlineLow')} = ${at('slot', SlotHead, 'deadline')};
  ${d.own('deadlineHigh')} = ${at('slot', SlotHead, 'deadline', 1)};
  ${d.call('rk_clock', d.own('stampLow'), d.own('stampHigh'))};`)}`,

    `// The batch in hand.\n${d.fn('rk_begin_batch', ['batch'], null, `
  ${d.own('source')} = 0u;
  ${d.own('correlation')} = 0u;
  ${d.own('stampLow')} = ${at('batch', PassBatch, 'timestamp')};
  ${d.own('stampHigh')} = ${at('batch', PassBatch, 'timestamp', 1)};
  ${d.own('deadlineLow')} = 0u;
  ${d.own('deadlineHigh')} = 0u;`)}`,

    `// Serves the row with this index. Handlers are called in one place, so that compilers which inline them do so once.\n${d.fn('rk_serve', ['index'], null, `
  ${row} = ${inFrame('rows')} + index * ${u(words(PassRow))};
  if (${flag(rowFlags.used)} == 0u) { return; }
  ${d.own('sent')} = 0u;
  ${d.own('refused')} = 0u;
  ${d.let('turn', inFrame('pass'))}
  ${d.let('parity', 'turn & 1u')}
  ${d.let('inbox', ofRow('inbox'))}
  ${d.var('end', '0u')}
  ${d.var('tail', '0u')}
  if (inbox != 0u) {
    ${d.let('counters', syncRow('index'))}
    end = ${d.mem(`${row} + ${u(word(PassRow, 'end'))} + parity`)} + ${d.atomicLoad('counters + (turn + 2u) % 3u')};
    tail = ${d.mem(`${row} + ${u(word(PassRow, 'tail'))} + parity`)};
    ${d.mem(`${row} + ${u(word(PassRow, 'end'))} + 1u - parity`)} = end;
    ${d.atomicStore('counters + (turn + 1u) % 3u', '0u')};
  }
  ${d.var('count', '0u')}
  ${d.var('urgent', '0u')}
  ${d.var('input', '0u')}
  ${d.var('output', '0u')}
  if (index - ${inFrame('rangeRow')} < ${inFrame('rangeCount')}) {
    ${d.let('range', `${frame} + ${inFrame('ranges')} + (index - ${inFrame('rangeRow')}) * ${u(words(PassRange))}`)}
    count = ${at('range', PassRange, 'count')};
    urgent = min(${at('range', PassRange, 'urgent')}, count);
    input = ${frame} + ${at('range', PassRange, 'input')};
    output = ${frame} + ${at('range', PassRange, 'output')};
  }
  ${d.let('batch', 'input')}
  ${d.let('isBatch', `count >= ${u(batchRange)}`)}
  ${d.var('batchSlot', '0u')}
  ${d.var('batchWhat', u(outcome.waiting))}
  if (isBatch) {
    count = ${at('batch', PassBatch, 'count')};
    urgent = 0u;
    batchSlot = ${frame} + ${at('batch', PassBatch, 'head')};
    input = ${frame} + ${at('batch', PassBatch, 'input')};
    output = ${frame} + ${at('batch', PassBatch, 'output')};
  }
  ${d.let('kind', ofRow('kind'))}
  ${d.let('running', u(rowFlags.active))}
  ${d.let('inert', u(rowFlags.active | rowFlags.faulted))}
  ${d.var('left', '0u')}
  if (${flag(rowFlags.stalled)} == 0u) { left = min(${inFrame('budget')}, end - tail); }
  ${d.var('spare', '0u')}
  ${d.var('handledInbox', '0u')}
  ${d.var('i', '0u')}
  for (;;) {
    ${d.var('fromInbox', 'false')}
    if (i >= urgent && left != 0u && ${flag(rowFlags.active | rowFlags.faulted)} == running) {
      if (spare == 0u) { spare = ${d.call('rk_extra')}; }
      fromInbox = spare != 0u;
      if (!fromInbox) { left = 0u; }
    }
    if (!fromInbox && i >= count) { break; }
    ${d.let('plain', '!isBatch || fromInbox')}
    ${d.var('reply', `output + i * ${ofRow('outputStride')}`)}
    if (!fromInbox && (${ofRow('flags')} & inert) != running) {
      if (isBatch) { break; }
      ${d.mem('reply')} = 0u;
      i++;
      continue;
    }
    ${d.var('tag', '0u')}
    ${d.var('a', 'input')}
    ${d.var('b', 'output')}
    ${d.var('n', 'count')}
    if (plain) {
      ${d.var('slot', `input + i * ${ofRow('inputStride')}`)}
      if (fromInbox) {
        slot = inbox + (tail & ${ofRow('inboxMask')}) * ${ofRow('inboxStride')};
        reply = spare;
      }
      ${d.call('rk_begin', 'slot')};
      tag = ${at('slot', SlotHead, 'tag')};
      a = slot + ${u(head)};
      b = reply + ${u(head)};
      n = 0u;
    } else {
      if (i == 0u) {
        ${d.call('rk_begin_batch', 'batch')};
        ${d.call('rk_clock', d.own('stampLow'), d.own('stampHigh'))};
      }
      tag = ${at('batch', PassBatch, 'handler')};
    }
    ${fault} = 0u;
    ${d.own('turns')} = 0u;
    ${d.let('answered', d.call('rk_dispatch', 'kind', 'tag & 255u', 'a', 'b', 'n', 'i'))}
    ${d.var('what', u(outcome.done))}
    if (answered != 0u) { what = ${u(outcome.reply)}; }
    ${ofRow('handled')} += 1u;
    if (${fault} != 0u) {
      what = ${u(outcome.fault)};
      if (plain) { ${d.call('rk_faulted', 'b', 'tag & 255u')}; }
      else { ${d.call('rk_faulted', `batchSlot + ${u(head + words(BatchHead))}`, 'tag')}; }
    }
    if (plain) {
      ${d.var('extra', '0u')}
      if (fromInbox) { extra = index << ${u(outcomeBits)}; }
      ${d.var('flags', '0u')}
      if (what == ${u(outcome.fault)}) { flags = ${u(slotFlags.fault << 16)}; }
      ${d.call('rk_head', 'reply', 'what | extra', '((tag & 65535u) | flags)')};
    } else {
      batchWhat = what;
      if (what == ${u(outcome.fault)}) { count = i; continue; }
    }
    if (fromInbox) {
      tail++;
      left--;
      handledInbox += 1u;
      if (what != ${u(outcome.done)}) { spare = 0u; }
    } else {
      i++;
    }
  }
  if (isBatch) {
    ${d.let('tag', `${at('batch', PassBatch, 'handler')} | ${u(slotFlags.batch << 16)}`)}
    ${d.call('rk_head', 'batchSlot', 'batchWhat', 'tag')};
    ${d.mem(`batchSlot + ${u(head)}`)} = i;
  }
  if (inbox != 0u) {
    ${d.mem(`${row} + ${u(word(PassRow, 'tail'))} + 1u - parity`)} = tail;
    if (tail != end && (${ofRow('flags')} & ${u(rowFlags.active | rowFlags.faulted | rowFlags.stalled)}) == running) {
      ${d.atomicAdd(u(word(PassSync, 'work')), 'end - tail')};
    }
  }
  ${ofRow('sent')} += ${d.own('sent')};
  ${ofRow('refused')} += ${d.own('refused')};
  if (${d.own('sent')} != 0u) { ${d.atomicAdd(u(word(PassSync, 'work')), d.own('sent'))}; }
  if (handledInbox + ${d.own('sent')} + ${d.own('refused')} + ${ofRow('reportDue')} != 0u) {
    if (spare == 0u) { spare = ${d.call('rk_extra')}; }
    if (spare == 0u) {
      ${ofRow('reportDue')} = 1u;
      ${d.atomicAdd(u(word(PassSync, 'work')), '1u')};
    } else {
      ${ofRow('reportDue')} = 0u;
      ${d.own('correlation')} = 0u;
      ${d.call('rk_head', 'spare', `((index << ${u(outcomeBits)}) | ${u(outcome.report)})`, '0u')};
      ${d.let('report', `spare + ${u(head)}`)}
      ${at('report', PassReport, 'handled')} = ${ofRow('handled')};
      ${at('report', PassReport, 'sent')} = ${ofRow('sent')};
      ${at('report', PassReport, 'refused')} = ${ofRow('refused')};
      ${at('report', PassReport, 'waiting')} = end - tail;
    }
  } else {
    if (spare != 0u) { ${d.mem('spare')} = 0u; }
  }`)}`,

    `// Entry that serves rows.\n${d.fn('rk_actors', ['i'], null, `
  if (i < ${inFrame('rowCount')}) { ${d.call('rk_serve', `${inFrame('firstRow')} + i`)}; }`)}`,

    `// Entry that handles messages i, i + stride, … of batch b, all invocations at once.\n${d.fn('rk_batches', ['first', 'stride', 'b'], null, `
  ${d.let('batch', `${frame} + ${inFrame('batches')} + b * ${u(words(PassBatch))}`)}
  ${d.let('count', at('batch', PassBatch, 'count'))}
  if (first >= count) { return; }
  ${row} = ${inFrame('rows')} + ${at('batch', PassBatch, 'row')} * ${u(words(PassRow))};
  ${d.let('handler', at('batch', PassBatch, 'handler'))}
  ${d.let('slot', `${frame} + ${at('batch', PassBatch, 'head')}`)}
  if (${flag(rowFlags.active | rowFlags.faulted)} != ${u(rowFlags.active)}) {
    if (first == 0u) { ${d.mem('slot')} = 0u; }
    return;
  }
  ${d.let('input', `${frame} + ${at('batch', PassBatch, 'input')}`)}
  ${d.let('output', `${frame} + ${at('batch', PassBatch, 'output')}`)}
  ${fault} = 0u;
  ${d.own('turns')} = 0u;
  ${d.call('rk_begin_batch', 'batch')};
  ${d.let('kind', ofRow('kind'))}
  ${d.let('answered', d.call('rk_dispatch_batch', 'kind', 'handler', 'input', 'output', 'count', 'first', 'stride'))}
  if (first != 0u) { return; }
  ${d.call('rk_clock', d.own('stampLow'), d.own('stampHigh'))};
  ${d.var('what', u(outcome.done))}
  if (answered != 0u) { what = ${u(outcome.reply)}; }
  ${ofRow('handled')} += count;
  ${d.call('rk_head', 'slot', 'what', `(handler | ${u(slotFlags.batch << 16)})`)};
  ${d.mem(`slot + ${u(head)}`)} = count;`)}`,
  ].join('\n');
}
