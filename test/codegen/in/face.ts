/** What the definitions here are written with. */
export * from '../../../src/kernel/define.ts';
export * from '../../../src/layout/types.ts';
export { message } from '../../../src/message/message.ts';
