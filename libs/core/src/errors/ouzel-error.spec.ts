import { inspect } from 'node:util';
import { FaultsError, OuzelError } from './ouzel-error.js';

describe('an error that is printed', () => {
  it('shows its message and its stack once', () => {
    const error = new FaultsError('OUZEL_CONFIG', [{ where: 'applicationId', what: 'is required', help: 'Give one' }]);
    const printed = inspect(error);
    expect(printed).toMatch(/^FaultsError: OUZEL_CONFIG: one fault\n {2}- applicationId: is required\. Give one\n {4}at /);
    expect(printed.match(/is required/g)).toHaveLength(1);
    expect(printed).not.toContain('undefined');
  });

  it('shows the error that is its cause', () => {
    const cause = new OuzelError('OUZEL_SERDE', { what: '8 bytes are no text' });
    const error = new OuzelError('OUZEL_PROCESSING', { what: 'the filter failed', where: 'task 0_1', cause });
    expect(inspect(error)).toMatch(
      /^OuzelError: OUZEL_PROCESSING: the filter failed at task 0_1\n[^]*\[cause\]: OuzelError: OUZEL_SERDE: 8 bytes are no text/,
    );
    expect(inspect({ error })).toContain('error: OuzelError: OUZEL_PROCESSING: the filter failed');
  });
});
