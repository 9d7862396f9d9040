import type { CodeRow } from '../codes.ts';

/** The kernel language: `RK1xx` syntax and names, `RK2xx` types, `RK3xx` capabilities of a target. */
export const languageCodes = {
  RK100: {
    what: "Kernel '{id}' does not compile: {summary}",
    why: 'A kernel is written in a subset of TypeScript that every device can run.',
    fix: 'See `errors`: each entry has a code, a position and a fix.',
  },
  RK101: {
    what: 'The source of this function cannot be read: {reason}.',
    why: 'A kernel is compiled from the text of its function.',
    fix: 'Pass a plain function or arrow function written in place.',
  },
  RK102: {
    what: '{what} functions cannot be kernels.',
    why: 'A handler runs to its end without waiting; the device has no promises and no generators.',
    fix: 'Remove `{what}`; to wait for another kernel, send it a message and handle its answer.',
  },
  RK103: {
    what: 'The function does not parse: {reason}.',
    why: 'The text of the function is not valid JavaScript by itself.',
    fix: 'Pass a plain function or arrow function; private (`#`) methods cannot be kernels.',
  },
  RK104: {
    what: 'Invalid kernel definition: {reason}.',
    why: 'The description of a kernel is checked when it is defined.',
    fix: '{hint}',
  },
  RK110: {
    what: '{what} is not part of the kernel language.',
    why: 'The device has no counterpart for it.',
    fix: '{hint}',
  },
  RK111: {
    what: 'Strings are only allowed as the format of `ctx.debug` and as the name of `ctx.alert` and `ctx.metric`.',
    why: 'The device has no strings.',
    fix: 'Use a number or a constant of an `as const` object passed through `uses`.',
  },
  RK120: {
    what: "'{name}' calls itself.",
    why: 'Devices have no call stack for recursion.',
    fix: 'Write it as a loop.',
  },
  RK121: {
    what: '{name} cannot be called here.',
    why: 'Only functions of the language, of `Math`, of `uses`, and functions written inside the kernel can be called.',
    fix: 'Check the spelling, or pass the function through `uses`.',
  },
  RK122: {
    what: '{name} takes {expected} argument(s), not {actual}.',
    why: 'A call must have exactly the arguments of its function.',
    fix: 'Pass {expected} argument(s).',
  },
  RK123: {
    what: "{object} has no '{name}'.",
    why: 'It has: {known}.',
    fix: 'Check the spelling, or declare it in the definition.',
  },
  RK124: {
    what: '{what} cannot be written.',
    why: '{reason}.',
    fix: '{hint}',
  },
  RK125: {
    what: '{name} does not return a value on every path.',
    why: 'Whoever called waits for an answer of type {type}.',
    fix: 'Add a `return` at the end and in every branch that leaves early.',
  },
  RK126: {
    what: "{type}: {problem} '{name}'.",
    why: 'It has the fields: {known}.',
    fix: 'Write exactly the declared fields.',
  },
  RK127: {
    what: '{name} is not available in {place}.',
    why: '{reason}.',
    fix: '{hint}',
  },
  RK128: {
    what: "'{name}' would hold a second reference to {what}.",
    why: 'On a device such an assignment copies, in JavaScript it refers: the two would differ.',
    fix: 'Declare it with `const` where it is read, or copy the fields one by one.',
  },
  RK129: {
    what: '{what} is not a value of the kernel language.',
    why: 'Locals, fields and arguments hold numbers, booleans, bigints, vectors, structs and fixed arrays.',
    fix: '{hint}',
  },
  RK130: {
    what: "'{name}' is not a parameter or a local of the handler.",
    why: 'A kernel sees only what is passed to it: closures and imports are not reachable from the device.',
    fix: 'Add it to `uses: { {name} }` and take it from the third parameter.',
  },
  RK131: {
    what: "`uses.{name}` cannot be compiled: {reason}.",
    why: 'Constants of a kernel are numbers, bigints, booleans, typed arrays, functions, and records of these.',
    fix: 'Pass one of these; values that change belong into a message, a parameter or the state.',
  },
  RK201: {
    what: '{left} and {right} are mixed by `{op}`.',
    why: 'Signed and unsigned integers disagree about half of their values; nothing converts between them silently.',
    fix: 'Convert one side: `ctx.i32(...)` or `ctx.u32(...)`.',
  },
  RK202: {
    what: '{from} does not fit {to} without a cast ({where}).',
    why: 'The conversion can lose the value.',
    fix: 'Write `ctx.{to}(...)` to convert on purpose.',
  },
  RK203: {
    what: 'A {from} stands where a {to} is needed ({where}).',
    why: 'Truth values and numbers are different types.',
    fix: 'Compare the number (`x !== 0`), or turn the truth value into one (`c ? 1 : 0`).',
  },
  RK204: {
    what: 'An index must be an integer, not {type}.',
    why: 'Elements are counted.',
    fix: 'Write `ctx.i32(...)` or `ctx.u32(...)` around the index.',
  },
  RK205: {
    what: 'A number and a bigint are mixed by `{op}`.',
    why: '64-bit integers are bigint, as in JavaScript; nothing converts silently.',
    fix: 'Write bigint literals (`1n`), `ctx.u64(...)`/`ctx.i64(...)`, or `ctx.u32(...)`/`ctx.f32(...)` for the other way.',
  },
  RK206: {
    what: 'The comparison `{op}` of a {type} with {value} is always {result}.',
    why: 'The values of {type} never leave its range, so a loop on this test never ends or never runs.',
    fix: 'Make the counter signed with `ctx.i32(...)`, or test for another bound.',
  },
  RK207: {
    what: '`>>` on a {type}.',
    why: '`>>` keeps the sign, which an unsigned number has not.',
    fix: 'Write `>>>`.',
  },
  RK208: {
    what: "'{name}' holds a {first} and a {second}.",
    why: 'A local has one type; these two have no common one.',
    fix: 'Use two locals.',
  },
  RK209: {
    what: '`{op}` is not defined for {type}.',
    why: '{reason}.',
    fix: '{hint}',
  },
  RK210: {
    what: 'A {actual} stands where a {expected} is needed ({where}).',
    why: 'The two types have no implicit conversion.',
    fix: 'Pass a {expected}.',
  },
  RK211: {
    what: 'The literal {value} does not fit {type} ({where}).',
    why: '{type} holds {range}.',
    fix: 'Use a value in range, or a wider type.',
  },
  RK212: {
    what: '{name} has no value.',
    why: 'It returns nothing.',
    fix: 'Call it as a statement.',
  },
  RK213: {
    what: 'Index {index} is outside an array of {length}.',
    why: 'The length is part of the type.',
    fix: 'Use an index from 0 to {last}.',
  },
  RK214: {
    what: '{name} is not defined for {type}.',
    why: 'It takes: {types}.',
    fix: 'Convert the argument first.',
  },
  RK215: {
    what: '{what} must be a constant.',
    why: '{reason}.',
    fix: 'Write a number or a constant from `uses`.',
  },
  RK301: {
    what: "{target} has no {need}, which kernel '{id}' needs for {where}.",
    why: 'Nothing is silently replaced by something less exact.',
    fix: '{hint}',
  },
} as const satisfies Record<string, CodeRow>;
