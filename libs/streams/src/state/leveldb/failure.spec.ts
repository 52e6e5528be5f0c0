import { stateFailure } from './failure.js';

const ofSystem = (code: string, message: string) => Object.assign(new Error(message), { code, errno: -1, syscall: 'open' });
/** As classic-level says that a database can not be opened. */
const ofOpening = (code: string | undefined, message: string) =>
  Object.assign(new Error('Database failed to open'), {
    code: 'LEVEL_DATABASE_NOT_OPEN',
    cause: Object.assign(new Error(message), code === undefined ? {} : { code }),
  });

describe('a failure of local state', () => {
  it.each([
    [ofSystem('ENOSPC', 'ENOSPC: no space left on device, write'), /disk .* full/, /Free some space/],
    [ofOpening('LEVEL_IO_ERROR', 'IO error: /x/000003.log: No space left on device'), /disk .* full/, /Free some space/],
    [ofSystem('EACCES', "EACCES: permission denied, mkdir '/x'"), /can not be read and written/, /rights/],
    [ofOpening('LEVEL_IO_ERROR', 'IO error: /x/LOCK: Read-only file system'), /can not be read and written/, /stateDirectory/],
    [ofOpening('LEVEL_IO_ERROR', 'IO error: /x/000005.ldb: Too many open files'), /no more files/, /ulimit/],
    [ofOpening('LEVEL_LOCKED', 'IO error: lock /x/LOCK: No locks available'), /does not lock files/, /local disk/],
  ])('that lacks something on the machine is not damage: %s', (thrown, what, help) => {
    expect(stateFailure(thrown, '/x')).toMatchObject({
      code: 'OUZEL_STATE',
      what: expect.stringMatching(what),
      help: expect.stringMatching(help),
      where: '/x',
      cause: thrown,
    });
  });

  it('of a lock says that another instance has it', () => {
    const failure = stateFailure(ofOpening('LEVEL_LOCKED', 'IO error: lock /x/LOCK: already held by process'), '/x');
    expect(failure).toMatchObject({ code: 'OUZEL_STATE_LOCKED', where: '/x' });
  });

  it.each([
    ofOpening('LEVEL_CORRUPTION', 'Corruption: 1 missing files; e.g.: /x/000005.ldb'),
    ofOpening('LEVEL_IO_ERROR', 'IO error: 000010.ldb: Invalid argument'),
    ofOpening(undefined, 'Invalid argument: /x: does not exist (create_if_missing is false)'),
    Object.assign(new Error('Corruption: block checksum mismatch'), { code: 'LEVEL_CORRUPTION' }),
    new Error('IO error: /x/000005.ldb: Input/output error'),
    ofSystem('EIO', 'EIO: i/o error, read'),
  ])('of another kind is damage: %s', (thrown) => {
    expect(stateFailure(thrown, '/x').code).toBe('OUZEL_STATE_CORRUPT');
  });

  it.each([new TypeError('x is not a function'), Object.assign(new Error('Database is not open'), { code: 'LEVEL_DATABASE_NOT_OPEN' })])(
    'of a program is no damage: %s',
    (thrown) => {
      expect(stateFailure(thrown, '/x').code).toBe('OUZEL_STATE');
    },
  );
});
