/** Ties the parts of the front end together. */
import { call, construct } from './calls.ts';
import { member } from './context.ts';
import { expression } from './expressions.ts';
import { invoke, library, written } from './functions.ts';
import type { Parts } from './lowering.ts';
import { element } from './places.ts';
import { returnValue, statements } from './statements.ts';
import { assign, assignElement, assignVariable, bind } from './variables.ts';

export const parts: Parts = { expression, statements, returnValue, call, construct, member, element, invoke, written, library, bind, assign, assignVariable, assignElement };
