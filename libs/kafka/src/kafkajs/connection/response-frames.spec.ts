import { ResponseFrames } from './response-frames.js';

function frame(correlationId: number, payload: string): Buffer {
  const bytes = Buffer.alloc(8 + payload.length);
  bytes.writeInt32BE(4 + payload.length, 0);
  bytes.writeInt32BE(correlationId, 4);
  bytes.write(payload, 8);
  return bytes;
}
function sizeOnly(size: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(size, 0);
  return bytes;
}

describe('the bytes from a broker', () => {
  let received: string[];
  let frames: ResponseFrames;

  beforeEach(() => {
    received = [];
    frames = new ResponseFrames((correlationId, payload) => received.push(`${correlationId} ${payload.toString()}`));
  });

  const stream = Buffer.concat([frame(1, 'first'), frame(2, ''), frame(3, 'a longer third one')]);

  it.each([1, 2, 3, 7, 8, 9, 13, stream.length])('are cut into the same responses when they come %i at a time', (size) => {
    for (let from = 0; from < stream.length; from += size) frames.push(stream.subarray(from, from + size));
    expect(received).toEqual(['1 first', '2 ', '3 a longer third one']);
  });

  it('are kept until a response is complete', () => {
    frames.push(stream.subarray(0, stream.length - 1));
    expect(received).toEqual(['1 first', '2 ']);
    frames.push(stream.subarray(stream.length - 1));
    expect(received).toHaveLength(3);
  });

  it.each([
    ['negative', sizeOnly(-5)],
    ['too small for a correlation id', sizeOnly(3)],
    ['larger than any response', sizeOnly(512 * 1024 * 1024 + 1)],
    ['the beginning of an HTTP response', Buffer.from('HTTP/1.1 400 Bad Request')],
  ])('are refused when a size is %s', (_fault, bytes) => {
    frames.push(frame(1, 'sound'));
    expect(() => frames.push(bytes)).toThrow(RangeError);
    expect(received).toEqual(['1 sound']);
  });
});
