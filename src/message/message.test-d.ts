import { array, bool, f32, struct, u32, u64, vec2, vec3 } from '../layout/types.ts';
import { viewsOf } from './codec.ts';
import { message, type MessageInput, type MessageValue } from './message.ts';

const Inner = struct('Inner', { on: bool, at: vec2(f32) });
const All = message('All', { a: f32, n: u32, id: u64, p: vec3(f32), list: array(u32, 4), inner: Inner });

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends (<T>() => T extends B ? 1 : 2) ? true : false;
const sure = <T extends true>(): T => true as T;

type Value = MessageValue<typeof All>;
sure<Same<Value['a'], number>>();
sure<Same<Value['id'], bigint>>();
sure<Same<Value['inner']['on'], boolean>>();
sure<Same<Value['list'], readonly number[]>>();
sure<Same<typeof All.name, 'All'>>();

const { codec } = All;
const views = viewsOf(new ArrayBuffer(128));
const good: MessageInput<typeof All> = {
  a: 1, n: 2, id: 3n, p: [1, 2, 3], list: new Uint32Array(4), inner: { on: true, at: { x: 1, y: 2 } },
};
codec.encode(views, 0, good);
const id: bigint = codec.decode(views, 0).id;
void id;

// @ts-expect-error a bigint field takes no number
codec.encode(views, 0, { ...good, id: 3 });
// @ts-expect-error a number field takes no bigint
codec.encode(views, 0, { ...good, a: 3n });
// @ts-expect-error a field is missing
codec.encode(views, 0, { a: 1 });
// @ts-expect-error unknown field
codec.encode(views, 0, { ...good, extra: 1 });
// @ts-expect-error a tuple of the wrong length
codec.encode(views, 0, { ...good, p: [1, 2] });
// @ts-expect-error not a type
message('Bad', { a: 'f32' });
