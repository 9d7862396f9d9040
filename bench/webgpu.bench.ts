export { webgpu as default } from './webgpu.ts';
