import { ManualClock } from '@ouzel/core';
import { SilenceDetector } from './silence-detector.js';

describe('the silence of a cluster', () => {
  let clock: ManualClock;
  let detector: SilenceDetector;
  let detected: number;

  beforeEach(() => {
    clock = new ManualClock(0);
    detected = 0;
    detector = new SilenceDetector(clock, 100, () => detected++);
  });

  it('is detected when a request waits for as long as the patience, and again after as long', () => {
    detector.requestBegins();
    clock.advance(99);
    expect(detected).toBe(0);
    clock.advance(1);
    expect(detected).toBe(1);
    clock.advance(100);
    expect(detected).toBe(2);
  });

  it('is broken by any response', () => {
    detector.requestBegins();
    clock.advance(60);
    detector.responseCame();
    clock.advance(99);
    expect(detected).toBe(0);
    clock.advance(1);
    expect(detected).toBe(1);
  });

  it('is not detected while no request is under way, nor of a request that began only now', () => {
    detector.requestBegins();
    detector.requestEnds();
    clock.advance(90);
    detector.requestBegins();
    clock.advance(90);
    expect(detected).toBe(0);
    clock.advance(10);
    expect(detected).toBe(1);
  });

  it('is not detected after closing', () => {
    detector.requestBegins();
    detector.close();
    clock.advance(500);
    expect(detected).toBe(0);
  });
});
