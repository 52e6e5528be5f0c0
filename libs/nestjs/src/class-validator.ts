// `@ouzel/nestjs/class-validator`: an entry of its own, because its two peers are optional.
export { classSchema } from './class-validator/class-schema.js';
