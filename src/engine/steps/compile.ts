import { compileDeviceFunction } from '../../kernel/compile.ts';
import type { FunctionProgram } from '../../kernel/ir.ts';
import { registerDeviceFunction, type DeviceFunctionInfo } from '../../kernel/lower/device.ts';
import { u32 } from '../../layout/types.ts';
import { isStep, type Step } from '../../queue/step.ts';

const infos = new WeakMap<Step, DeviceFunctionInfo>();
const callables = new WeakMap<Step, object>();

/** What stands for a step in the `uses` of another. */
function callableOf(step: Step): object {
  let callable = callables.get(step);
  if (callable === undefined) {
    callable = (): void => undefined;
    callables.set(step, callable);
    registerDeviceFunction(callable, infoOf(step));
  }
  return callable;
}

function infoOf(step: Step): DeviceFunctionInfo {
  let info = infos.get(step);
  if (info === undefined) {
    info = {
      id: step.id,
      fn: step.fn as unknown as DeviceFunctionInfo['fn'],
      params: Object.fromEntries(step.params.map((name) => [name, u32])),
      result: step.result ? u32 : null,
      usesValue: () => Object.fromEntries(Object.entries(step.uses).map(([name, value]) => [name, isStep(value) ? callableOf(value) : value])),
    };
    infos.set(step, info);
  }
  return info;
}

/** A step, and the steps it uses, as a program that emitters take. */
export const stepProgram = (step: Step): FunctionProgram => compileDeviceFunction(infoOf(step));
