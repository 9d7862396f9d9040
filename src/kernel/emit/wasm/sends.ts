/** Messages to other actors, replies, debug output: what an actor writes for others. */
import { DebugRecord, debugKinds, maxDebugArguments, offsetOf, replied } from '../../../engine/abi.ts';
import type { FieldValue, Stmt, Expr } from '../../ir.ts';
import { livesInMemory, leavesOf } from './lower.ts';
import type { FuncContext, Home, Push } from './context.ts';
import { emit, emitAddress, leaves, scalarOf, typeOf } from './expr.ts';
import { store, storeLeaf } from './places.ts';
import { isFloat } from './arith.ts';

interface Ready {
  readonly write: (base: Push) => void;
}

/** Evaluates the fields now, so that nothing can fault or take long between reserving a slot and publishing it. */
function evaluate(f: FuncContext, fields: readonly FieldValue[]): Ready[] {
  return fields.map(({ value, offset }) => {
    const type = typeOf(value);
    if (livesInMemory(type)) {
      const address = f.spill('i32', () => { emitAddress(f, value); });
      return {
        write: (base) => {
          base();
          if (offset !== 0) f.code.i32(offset).op('i32.add');
          address();
          f.code.i32(type.size).op('memory.copy');
        },
      };
    }
    const parts = leavesOf(type);
    const pushes = leaves(f, value).map((push, i) => f.spill(parts[i]!.type, push));
    return { write: (base) => { parts.forEach((leaf, i) => { storeLeaf(f, leaf.type, base, offset + leaf.offset, pushes[i]!); }); } };
  });
}

/** Sends; pushes whether the message was taken. */
export function send(f: FuncContext, e: Extract<Expr, { kind: 'send' }>): void {
  const { code, ctx } = f;
  const ready = evaluate(f, e.fields);
  const slot = f.temp('i32');
  code.get(f.actor!).i32(e.port.index).call(ctx.abi('reserve')).tee(slot).open('if', 'taken', ['i32']);
  for (const r of ready) r.write(() => { code.get(slot); });
  code.get(f.actor!).i32(e.port.index).call(ctx.abi('commit')).i32(1).else().i32(0).end();
  f.release(slot);
}

export function reply(f: FuncContext, s: Extract<Stmt, { kind: 'reply' }>): void {
  for (const { value, offset } of s.fields) {
    const home: Home = { kind: 'memory', base: () => { f.code.get(f.reply!); }, offset };
    store(f, home, typeOf(value), value);
  }
  f.code.i32(replied).set(f.replied!);
}

/** Every argument as one 64-bit word, and two bits of `kinds` that say how to read it. */
export function debug(f: FuncContext, s: Extract<Stmt, { kind: 'debug' }>): void {
  const { code, ctx } = f;
  const args = s.args.slice(0, maxDebugArguments);
  let kinds = 0n;
  const words = args.map((arg, i) => {
    const type = scalarOf(arg);
    const kind = type.name === 'bool' ? 'bool' : isFloat(type) ? 'number' : type.name === 'u64' ? 'unsigned' : type.name === 'i64' ? 'signed' : 'number';
    kinds |= BigInt(debugKinds[kind]) << BigInt(2 * i);
    return f.spill('i64', () => {
      emit(f, arg);
      switch (type.name) {
        case 'i64': case 'u64': return;
        case 'bool': code.op('i64.extend_i32_u'); return;
        case 'f64': break;
        case 'f16': case 'bf16': case 'f32': code.op('f64.promote_f32'); break;
        case 'i32': code.op('f64.convert_i32_s'); break;
        case 'u32': code.op('f64.convert_i32_u'); break;
      }
      code.op('i64.reinterpret_f64');
    });
  });
  const record = f.temp('i32');
  code.get(f.actor!).i32(args.length).call(ctx.abi('debugReserve')).tee(record).open('if', 'room');
  code.get(record).i32(s.format).op('i32.store', offsetOf(DebugRecord, 'format'));
  code.get(record).i32(args.length).op('i32.store', offsetOf(DebugRecord, 'count'));
  code.get(record).constant('i64', kinds).op('i64.store', offsetOf(DebugRecord, 'kinds'));
  words.forEach((word, i) => {
    code.get(record);
    word();
    code.op('i64.store', DebugRecord.size + 8 * i);
  });
  code.get(f.actor!).call(ctx.abi('debugCommit')).end();
  f.release(record);
}
