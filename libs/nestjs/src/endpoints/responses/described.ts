import type { Type } from '@nestjs/common';

/** Describes an endpoint in the OpenAPI document. */
interface Description {
  readonly summary: string;
  /** Parameters of the query, with what they are. */
  readonly query: Readonly<Record<string, string>>;
}

const key = Symbol('description of an endpoint');

/** Describes an endpoint for OpenAPI. Has no effect unless `describeControllers` is called. */
export function Described(summary: string, query: Readonly<Record<string, string>> = {}): MethodDecorator {
  return (_prototype, _name, descriptor) => {
    Object.assign(descriptor.value as object, { [key]: { summary, query } satisfies Description });
  };
}

/** The decorators of `@nestjs/swagger` that are used. */
interface Swagger {
  ApiTags(...tags: string[]): ClassDecorator;
  ApiOperation(options: { summary: string }): MethodDecorator;
  ApiQuery(options: { name: string; required: boolean; description: string; type: 'string' }): MethodDecorator;
}

/**
 * Puts the descriptions of controllers where `@nestjs/swagger` finds them. Where that package is not installed it does
 * nothing.
 */
export async function describeControllers(controllers: readonly Type<object>[]): Promise<void> {
  const swagger = await loadedSwagger();
  if (swagger === undefined) return;
  for (const controller of controllers) {
    swagger.ApiTags('ouzel')(controller);
    const prototype = Object.getPrototypeOf(controller.prototype) as object;
    for (const [name, descriptor] of Object.entries(Object.getOwnPropertyDescriptors(prototype)))
      describeMethod(swagger, prototype, name, descriptor);
  }
}

function describeMethod(swagger: Swagger, prototype: object, name: string, descriptor: PropertyDescriptor): void {
  const description = (descriptor.value as { readonly [key]?: Description } | undefined)?.[key];
  if (description === undefined) return;
  swagger.ApiOperation({ summary: description.summary })(prototype, name, descriptor);
  for (const [parameter, text] of Object.entries(description.query))
    swagger.ApiQuery({ name: parameter, required: false, description: text, type: 'string' })(prototype, name, descriptor);
}

async function loadedSwagger(): Promise<Swagger | undefined> {
  try {
    return await import('@nestjs/swagger');
  } catch {
    return undefined;
  }
}
