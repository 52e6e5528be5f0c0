import type { Type } from '@nestjs/common';
import { ModuleController } from '../../http/module-controller.js';

/**
 * Returns the controller at a path. The decorators are put on it, for guards. Each call makes a class of its own, so that
 * several modules may have the same controller at other paths.
 */
export function mounted(base: Type<object>, path: string, decorators: readonly ClassDecorator[]): Type<object> {
  const controller = { [base.name]: class extends base {} }[base.name]!;
  ModuleController(path, decorators)(controller);
  return controller;
}
