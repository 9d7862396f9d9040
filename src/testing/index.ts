/** `ringkernel/testing`: what users' own tests can use. */
export { VirtualTime } from './virtual-time.ts';
export { injectFaults, type Fault, type Injected } from './faults.ts';
export { again, explore, type Exploration, type ExploreOptions, type Operation, type Scenario } from './explore.ts';
export {
  interpretFunction, interpretGlobal, interpretHandler, InterpretedFault, type GlobalInput, type Handled, type InterpretOptions,
} from './interpret.ts';
