import { dateTime, duration, wholeNumber } from './moments.js';

describe('times and numbers of the command line', () => {
  it.each([
    ['2026-01-31T12:00:00.000', '2026-01-31T12:00:00.000Z'],
    ['2026-01-31T12:00', '2026-01-31T12:00:00.000Z'],
    ['2026-01-31T12:00:00.000+02:00', '2026-01-31T10:00:00.000Z'],
    ['2026-01-31T12:00:00Z', '2026-01-31T12:00:00.000Z'],
  ])('reads the time %s', (text, expected) => expect(dateTime(text)?.toISOString()).toBe(expected));

  it.each(['', 'now', '2026-01-31', '2026-13-31T12:00:00', '12:00', '2026-01-31T12:00:00.000 '])('refuses the time %j', (text) =>
    expect(dateTime(text)).toBeUndefined(),
  );

  it.each<[string, number]>([
    ['P1DT12H', 129_600_000],
    ['PT0.5S', 500],
    ['P7D', 604_800_000],
    ['PT90M', 5_400_000],
    ['36h', 129_600_000],
    ['500ms', 500],
  ])('reads the duration %s', (text, expected) => expect(duration(text)).toBe(expected));

  it.each(['', 'P', 'PT', 'P1M2', 'P1DT', 'soon', '1 day'])('refuses the duration %j', (text) => expect(duration(text)).toBeUndefined());

  it.each<[string, number | undefined]>([
    ['10', 10],
    ['-10', -10],
    ['+3', 3],
    ['1.5', undefined],
    ['', undefined],
    ['ten', undefined],
  ])('reads the number %j', (text, expected) => expect(wholeNumber(text)).toBe(expected));
});
