/** Functions written inside a kernel, and helpers that take more than values, become part of their caller. */
import type { AnyNode, Expression, Statement } from '../parse/nodes.ts';
import { children, isFunctionNode } from '../syntax.ts';
import { completes } from './flow.ts';
import type { CallNode, Lowering } from './lowering.ts';
import type { Handle, Value } from './value.ts';
import { nothing } from './value.ts';
import { current } from './variables.ts';
import { newFrame, type Frame } from './variable.ts';

export function inline(L: Lowering, fn: Extract<Handle, { kind: 'function' }>, args: readonly Value[], node: CallNode, discard: boolean): Value {
  const parent = fn.frame;
  return inlineFrame(L, fn.name, args, node, discard, () => newFrame(fn.node, parent.parsed, parent.source, parent));
}

/** Runs the body of `make()`'s function in a frame of its own. */
export function inlineFrame(L: Lowering, name: string, args: readonly Value[], node: CallNode, discard: boolean, make: () => Frame): Value {
  const caller = L.frame;
  let frame = caller.calls.get(node);
  if (frame === undefined) {
    const depth = L.inlining.length;
    frame = make();
    if (depth > 64 || L.inlining.includes(frame.node)) L.fail('RK120', node, { name });
    caller.calls.set(node, frame);
  }
  const callee = frame.node;
  if (L.inlining.includes(callee)) L.fail('RK120', node, { name });
  if (callee.async || callee.generator) L.fail('RK102', callee as AnyNode, { what: callee.async ? 'async' : 'generator' });
  if (args.length !== callee.params.length) L.fail('RK122', node, { name, expected: callee.params.length, actual: args.length });
  const { returns } = L;
  L.inlining.push(callee);
  L.frame = frame;
  try {
    callee.params.forEach((p, k) => L.parts.bind(L, p, args[k]!, p as AnyNode));
    return body(L, frame, callee.body as AnyNode, name, discard);
  } finally {
    L.frame = caller;
    L.returns = returns;
    L.inlining.pop();
  }
}

function body(L: Lowering, frame: Frame, node: AnyNode, name: string, discard: boolean): Value {
  if (node.type !== 'BlockStatement') return L.expression(node as Expression, discard);
  const statements = node.body;
  const last = statements.at(-1);
  const before = last?.type === 'ReturnStatement' ? statements.slice(0, -1) : statements;
  if (!before.some(hasReturn)) {
    L.returns = null;
    L.parts.statements(L, before);
    return last?.type === 'ReturnStatement' && last.argument ? L.expression(last.argument, discard) : nothing(`'${name}'`);
  }
  // Several ways out: a block to leave, and a local for the value.
  const result = L.variableIn(frame, 'result', name);
  const id = L.label();
  let valued = false;
  L.returns = {
    leave(value, at) {
      if (value !== null) {
        valued = true;
        L.parts.assignVariable(L, result, L.expression(value), at);
      }
      L.emit({ kind: 'break', target: id, pos: L.pos(at) });
    },
  };
  const { stmts } = L.collect(() => L.parts.statements(L, statements));
  L.emit({ kind: 'block', id, body: stmts });
  if (!valued) return nothing(`'${name}'`);
  if (!discard && completes(stmts)) L.fail('RK125', node, { name: `'${name}'`, type: 'value' });
  return current(L, result, node);
}

function hasReturn(node: Statement | AnyNode): boolean {
  if (node.type === 'ReturnStatement') return true;
  if (isFunctionNode(node as AnyNode)) return false;
  return children(node as AnyNode).some(hasReturn);
}
