import { OuzelError } from '@ouzel/core';
import { taskFailure } from './task-failure.js';

describe('the failure of a task', () => {
  const parts = { what: 'user code failed', help: 'Look at it.' };

  it('says once what went wrong and where', () => {
    const inner = new OuzelError('OUZEL_PROCESSING', { ...parts, where: 'node of task 0_1, payment-1@7' });
    const { message, cause } = taskFailure(inner, '0_1');
    expect(message).toBe('OUZEL_PROCESSING: user code failed at node of task 0_1, payment-1@7. Look at it.');
    expect(cause).toBe(inner);
  });

  it('names the task where the error does not', () => {
    expect(taskFailure(new OuzelError('OUZEL_STATE', { ...parts, where: 'store "totals"' }), '0_1').where).toBe('store "totals", task 0_1');
    expect(taskFailure(new OuzelError('OUZEL_STATE', parts), '0_1').where).toBe('task 0_1');
    expect(taskFailure(new Error('boom'), '0_1').message).toBe('OUZEL_PROCESSING: boom at task 0_1');
  });
});
