/** From WGSL to pipelines, with the compiler's messages in terms of the user's TypeScript. */
import { fail, reasonOf } from '../../error/index.ts';
import { positionOf } from '../../kernel/frame.ts';
import type { Pos, Program } from '../../kernel/ir.ts';
import { locatorOf } from '../../kernel/locate.ts';
import type { WebGpuDevice } from './device.ts';

/** Says where a line of generated code (from 1) comes from; null where it is our own. */
export type Origin = (line: number) => string | null;

export async function shaderModule(device: WebGpuDevice, source: string, kernel: string, origin: Origin): Promise<GPUShaderModule> {
  device.check();
  device.gpu.pushErrorScope('validation');
  const module = device.gpu.createShaderModule({ code: source, label: kernel });
  const [refused, info] = await Promise.all([device.gpu.popErrorScope(), module.getCompilationInfo()]);
  const errors = info.messages.filter((m) => m.type === 'error');
  if (errors.length > 0 || refused !== null) {
    const lines = source.split('\n');
    const log = errors.map((m) => {
      const from = origin(m.lineNum);
      return `${from === null ? `line ${m.lineNum}` : from}: ${m.message}\n    ${lines[m.lineNum - 1]?.trim() ?? ''}`;
    }).join('\n');
    throw fail('CompilationFailed', { kernel: `'${kernel}'`, log: log || refused!.message });
  }
  return module;
}

export async function pipeline(device: WebGpuDevice, module: GPUShaderModule, entry: string, layout: GPUPipelineLayout, kernel: string): Promise<GPUComputePipeline> {
  try {
    return await device.gpu.createComputePipelineAsync({ layout, compute: { module, entryPoint: entry }, label: `${kernel}.${entry}` });
  } catch (cause) {
    device.check();
    throw fail('CompilationFailed', { kernel: `'${kernel}'`, log: reasonOf(cause) }, cause);
  }
}

/** A position of a program as `file:line:column`, or as the kernel's name where the file is not known. */
export function placeOf(program: Program, pos: Pos): string {
  const source = program.sources[pos.source];
  if (source?.name !== undefined) return `${source.name}:${positionOf(source.text, pos.start).line}`;
  const place = source?.fn == null ? null : locatorOf(source.fn, source.text)?.(pos.start) ?? null;
  return place === null ? `kernel '${program.id}'` : `${place.file}:${place.line}:${place.column}`;
}
