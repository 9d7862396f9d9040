/** Small WebAssembly modules between the engine's functions, JavaScript and the kinds. */
import { abiFunctions, abiGlobals, abiMemory, abiModule, ActorRow, handlerExport, handlerParams, offsetOf, replied, type AbiFunctionName } from '../../engine/abi.ts';
import { hasColumns } from '../../message/columns.ts';
import { encodeModule } from '../../kernel/emit/wasm/encode/encode.ts';
import { FuncBody, WasmModule } from '../../kernel/emit/wasm/encode/module.ts';
import { leavesOf, valTypeOf } from '../../kernel/emit/wasm/lower.ts';
import { logicalShift } from '../../engine/host-clock.ts';
import { BatchHead } from '../../layout/structures.ts';
import type { Struct } from '../../layout/types.ts';
import type { Handler } from '../../kernel/ir.ts';

function module(): WasmModule {
  const m = new WasmModule();
  m.memory = { from: [abiModule, abiMemory.name], min: abiMemory.initial, max: abiMemory.maximum, shared: abiMemory.shared };
  return m;
}

function abiBody(name: AbiFunctionName): FuncBody {
  const { params, result } = abiFunctions[name];
  return new FuncBody(name, params.map((type, i) => ({ type, name: `p${i}` })), result === null ? [] : [result]);
}

/** `clock` over JavaScript's `wall`, which gives a number: a bigint would be allocated at every call. `invoke` over the table. */
export function engineGlue(): Uint8Array<ArrayBuffer> {
  const m = module();
  m.table = [abiModule, 'table'];
  const wall = m.importFunction(abiModule, 'wall', [], ['f64']);
  const clock = m.define(abiBody('clock').call(wall).op('i64.trunc_f64_s'));
  const invoke = m.define(abiBody('invoke').get(1).get(2).get(3).get(0).callIndirect(handlerParams, ['i32']));
  m.export('clock', clock);
  m.export('invoke', invoke);
  return encodeModule(m);
}

/** `tick` over the engine's `advance`. */
export function tickGlue(): Uint8Array<ArrayBuffer> {
  const m = module();
  const advance = m.importFunction(abiModule, 'advance', ['i32', 'i32'], []);
  const tick = m.define(abiBody('tick').get(0).i32(0).call(advance)
    .get(0).op('i64.load', offsetOf(ActorRow, 'control', 'hlc', 'physical')).constant('i64', BigInt(logicalShift)).op('i64.shl')
    .get(0).op('i64.load', offsetOf(ActorRow, 'control', 'hlc', 'logical')).op('i64.or'));
  m.export('tick', tick);
  return encodeModule(m);
}

/** Export name of the batch entry of a handler. */
export const batchExport = (index: number): string => `batch${index}`;

/**
 * Batch entries of a kind, `(actor, BatchHead of the messages, BatchHead for the replies) -> replied`: each
 * takes one message after the other out of its columns, calls the handler, and puts the reply into columns
 * behind those of the messages. Handlers whose messages do not come in columns have none.
 */
export function batchGlue(handlers: readonly Handler[]): Uint8Array<ArrayBuffer> {
  const m = module();
  const staging = m.importGlobal(abiModule, abiGlobals.staging, 'i32');
  for (const handler of handlers) {
    if (!hasColumns(handler.message) || (handler.reply !== null && !hasColumns(handler.reply))) continue;
    const call = m.importFunction(abiModule, handlerExport(handler.index), handlerParams, ['i32']);
    const f = new FuncBody(batchExport(handler.index), ['actor', 'head', 'out'].map((name) => ({ name, type: 'i32' as const })), ['i32']);
    const [actor, head, out] = [0, 1, 2];
    const local = (name: string): number => f.local('i32', name);
    const [i, count, message, reply] = [local('i'), local('count'), local('message'), local('reply')];
    f.get(head).op('i32.load', offsetOf(BatchHead, 'count')).set(count);
    f.globalGet(staging).set(message);
    f.globalGet(staging).i32(65_536).op('i32.add').set(reply);
    const end = local('end');
    f.get(head).op('i32.load', offsetOf(BatchHead, 'area')).set(end);
    const inputs = columns(f, handler.message, count, end);
    f.get(out).get(end).op('i32.store', offsetOf(BatchHead, 'area'));
    f.get(out).i32(0).op('i32.store', offsetOf(BatchHead, 'area') + 4);
    const outputs = handler.reply === null ? [] : columns(f, handler.reply, count, end);
    f.get(out).get(end).get(out).op('i32.load', offsetOf(BatchHead, 'area')).op('i32.sub').op('i32.store', offsetOf(BatchHead, 'bytes'));

    const done = f.open('block', 'done');
    const again = f.open('loop', 'each');
    f.get(i).get(count).op('i32.ge_u').brIf(done);
    for (const column of inputs) move(f, column, message, 'gather');
    f.get(actor).get(message).get(reply).call(call).op('drop');
    for (const column of outputs) move(f, column, reply, 'scatter');
    f.get(i).i32(1).op('i32.add').set(i);
    f.get(actor).get(i).op('i32.store', offsetOf(ActorRow, 'batchDone'));
    f.br(again).end().end();
    // Without replies the empty batch still tells the host that the area is free.
    f.get(out);
    if (handler.reply === null) f.i32(0);
    else f.get(count);
    f.op('i32.store', offsetOf(BatchHead, 'count'));
    f.i32(replied);
    m.define(f);
    m.export(f.name, f);
  }
  return encodeModule(m);
}

interface ColumnCursor {
  readonly field: Struct['fields'][number];
  /** Local with the address of the element to move next. */
  readonly at: number;
}

/** Cursors at the columns that begin at `end`, which is moved behind them, to a multiple of 64. */
function columns(f: FuncBody, type: Struct, count: number, end: number): ColumnCursor[] {
  const cursors = type.fields.map((field) => {
    const at = f.local('i32', field.name);
    f.get(end).i32(15).op('i32.add').i32(-16).op('i32.and').tee(at);
    f.get(count).i32(field.type.size).op('i32.mul').op('i32.add').set(end);
    return { field, at };
  });
  f.get(end).i32(63).op('i32.add').i32(-64).op('i32.and').set(end);
  return cursors;
}

/** Longest field that is moved scalar by scalar. */
const unrolled = 8;

function move(f: FuncBody, { field, at }: ColumnCursor, value: number, direction: 'gather' | 'scatter'): void {
  const leaves = leavesOf(field.type);
  const [from, to] = direction === 'gather' ? [at, value] : [value, at];
  if (leaves.length > unrolled) {
    for (const address of [to, from]) {
      f.get(address);
      if (address === value) f.i32(field.offset).op('i32.add');
    }
    f.i32(field.type.size).op('memory.copy');
  } else {
    for (const leaf of leaves) {
      const inValue = field.offset + leaf.offset;
      const [load, store] = direction === 'gather' ? [leaf.offset, inValue] : [inValue, leaf.offset];
      const narrow = leaf.type.size === 2;
      const type = valTypeOf(leaf.type);
      f.get(to).get(from).op(narrow ? 'i32.load16_u' : `${type}.load`, load).op(narrow ? 'i32.store16' : `${type}.store`, store);
    }
  }
  f.get(at).i32(field.type.size).op('i32.add').set(at);
}
