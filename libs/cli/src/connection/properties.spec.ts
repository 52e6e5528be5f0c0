import { parseProperties } from './properties.js';

describe('a file of properties', () => {
  it("is read as Java's Properties reads it", () => {
    const text = [
      '# a comment',
      '! another = one',
      '',
      'a=1',
      '  b : 2 ',
      'c 3',
      'd=x=y:z',
      'e = first, \\',
      '    second',
      'f\\=g = h',
      'path=C\\:\\\\keys\\\\key.pem',
      'unicode=\\u00fc\\t!',
      'empty=',
      'alone',
      'even=back\\\\',
      'next=#no comment',
    ];
    expect(parseProperties(text.join('\n'))).toEqual({
      a: '1',
      b: '2 ',
      c: '3',
      d: 'x=y:z',
      e: 'first, second',
      'f=g': 'h',
      path: 'C:\\keys\\key.pem',
      unicode: 'ü\t!',
      empty: '',
      alone: '',
      even: 'back\\',
      next: '#no comment',
    });
    expect(parseProperties(text.join('\r\n'))).toEqual(parseProperties(text.join('\n')));
  });
});
