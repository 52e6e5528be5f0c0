import 'reflect-metadata';
import { Headers, serdes, ValidationError } from '@ouzel/streams';
import { Type } from 'class-transformer';
import { IsNumber, IsString, Min, Validate, ValidateNested, ValidatorConstraint } from 'class-validator';
import { classSchema } from '../class-validator.js';

class Line {
  @Min(1, { message: '$value is too small' })
  amount!: number;
}
class Payment {
  @IsString()
  user!: string;
  @ValidateNested({ each: true })
  @Type(() => Line)
  lines!: Line[];
}

@ValidatorConstraint({ async: true })
class IsKnown {
  async validate(): Promise<boolean> {
    return Promise.resolve(true);
  }
}
class Customer {
  @Validate(IsKnown)
  name!: string;
}
class VipCustomer extends Customer {
  @IsNumber()
  level!: number;
}
class Order {
  @ValidateNested()
  @Type(() => VipCustomer)
  customer!: VipCustomer;
}

function decode<T extends object>(type: new () => T, value: unknown): T {
  return serdes.json({ schema: classSchema(type) }).deserialize(Buffer.from(JSON.stringify(value)), 'topic', Headers.empty);
}

it('makes instances of the class, with the properties that it declares', () => {
  const payment = decode(Payment, { user: 'ann', lines: [{ amount: 2 }], more: true });
  expect(payment).toBeInstanceOf(Payment);
  expect(payment.lines[0]).toBeInstanceOf(Line);
  expect(payment).toEqual({ user: 'ann', lines: [{ amount: 2 }] });
});

it('reports each issue with its path, and without the value', () => {
  const work = () => decode(Payment, { user: 1, lines: [{ amount: 5 }, { amount: -98_765 }] });
  expect(work).toThrow(ValidationError);
  expect(work).toThrow(
    expect.objectContaining({
      issues: [
        { path: 'user', message: 'user must be a string' },
        { path: 'lines.1.amount', message: '… is too small' },
      ],
    }),
  );
});

it.each([[null], [5], [[]], ['text']])('refuses what is no object: %j', (value) => {
  expect(() => decode(Payment, value)).toThrow(
    expect.objectContaining({ issues: [{ path: '', message: 'must be an object of Payment' }] }),
  );
});

it.each([
  [Customer, { name: 'ann' }],
  [VipCustomer, { name: 'ann', level: 1 }],
  [Order, { customer: { name: 'ann', level: 1 } }],
] as const)('refuses validators that are asynchronous, those of parents and of nested classes too: %p', (type, value) => {
  expect(() => decode<object>(type, value)).toThrow(expect.objectContaining({ code: 'OUZEL_SCHEMA_ASYNC' }));
});
