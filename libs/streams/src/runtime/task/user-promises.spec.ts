import { StreamRecord, StreamsBuilder, type KStream, type ProcessorContext } from '../../index.js';
import { eventually, gate, EmbeddedApp, text, until } from '../../embedded-app.spec-support.js';

type Text = StreamRecord<string, string>;
type Context = ProcessorContext<string, string>;

const pause = (ms = 1) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** A processor whose `process` is this function. */
function processor(process: (record: Text, context: Context) => unknown) {
  return () => {
    let context: Context;
    return {
      init: (given: Context) => void (context = given),
      process: (record: Text) => process(record, context) as void,
    };
  };
}

describe('The task owns what user code begins', () => {
  const app = EmbeddedApp.use('in', 'out');

  /** Reads `in`, runs the records through this, and writes `out`. */
  const through = (steps: (records: KStream<string, string>) => KStream<string, string>, config: Record<string, unknown> = {}) => {
    const builder = new StreamsBuilder();
    steps(builder.stream('in', text)).to('out', text);
    return app.started(builder.build(), config);
  };
  const failureOf = async (streams: Awaited<ReturnType<typeof through>>) => {
    await until(() => streams.state === 'ERROR');
    return streams.status().failure!.message;
  };
  const slowly = processor(async (record, context) => {
    await pause(record.value === 'slow' ? 20 : 1);
    await context.forward(record);
  });

  describe('where a forward is not returned', () => {
    it('the next record waits for it', async () => {
      let atWork = 0;
      let most = 0;
      await through((records) =>
        records.process(processor((record, context) => void context.forward(record))).process(
          processor(async (record, context) => {
            most = Math.max(most, ++atWork);
            await pause(record.value === 'slow' ? 20 : 0);
            atWork--;
            await context.forward(record);
          }),
        ),
      );
      await app.sendValues('in', 'slow', 'a', 'slow', 'b');
      expect(await app.values('out', 4)).toEqual(['slow', 'a', 'slow', 'b']);
      expect(most).toBe(1);
    });

    it('the limit of asyncMapValues below holds', async () => {
      let atWork = 0;
      let most = 0;
      const mapper = async (value: string) => {
        most = Math.max(most, ++atWork);
        await pause(2);
        atWork--;
        return value;
      };
      await through((records) =>
        records.process(processor((record, context) => void context.forward(record))).asyncMapValues(mapper, { concurrency: 2 }),
      );
      await app.send('in', ...Array.from({ length: 20 }, (_, i) => ({ key: String(i), value: String(i) })));
      expect(await app.values('out', 20)).toHaveLength(20);
      expect(most).toBe(2);
    });

    it('several of one call go out in their order', async () => {
      await through((records) =>
        records
          .process(
            processor((record, context) => {
              for (const value of ['slow', 'b', 'c']) void context.forward(record.withValue(`${value}`));
            }),
          )
          .process(slowly),
      );
      await app.sendValues('in', '1', '2');
      expect(await app.values('out', 6)).toEqual(['slow', 'b', 'c', 'slow', 'b', 'c']);
    });

    it('a failure below it stops the client with the place of the record, and nothing behind it is committed', async () => {
      const streams = await through((records) =>
        records.process(processor((record, context) => void context.forward(record))).process(
          processor(async (record, context) => {
            await pause();
            if (record.value === 'bad') throw new Error('no such account');
            await context.forward(record);
          }),
          { name: 'below' },
        ),
      );
      await app.sendValues('in', 'good', 'bad', 'good again');
      const failure = await failureOf(streams);
      expect(failure).toContain('no such account');
      expect(failure).toContain('below of task 0_0, in-0@1');
      expect(await app.committed('in')).toBeLessThanOrEqual(1);
    });

    it('a failure below it goes to the processing handler with its record', async () => {
      const told: string[] = [];
      await through(
        (records) =>
          records.process(processor((record, context) => void context.forward(record))).process(
            processor(async (record, context) => {
              await pause(record.value === 'bad' ? 5 : 0);
              if (record.value === 'bad') throw new Error('no such account');
              await context.forward(record);
            }),
          ),
        {
          processingHandler: (_error: Error, record: Text, context: { topic: string; offset: number }) => {
            told.push(`${record.value} ${context.topic}@${context.offset}`);
            return 'continue';
          },
        },
      );
      await app.sendValues('in', 'a', 'bad', 'b', 'bad', 'c');
      expect(await app.values('out', 3)).toEqual(['a', 'b', 'c']);
      expect(told).toEqual(['bad in@1', 'bad in@3']);
    });

    it('a failure of the call itself comes after it, and both of the right record', async () => {
      const told: string[] = [];
      await through(
        (records) =>
          records
            .process(
              processor((record, context) => {
                void context.forward(record);
                if (record.value === 'slow') throw new Error('changed its mind');
              }),
            )
            .process(slowly),
        {
          processingHandler: (error: Error, record: Text, context: { offset: number }) => {
            told.push(`${error.message}: ${record.value}@${context.offset}`);
            return 'continue';
          },
        },
      );
      await app.sendValues('in', 'a', 'slow', 'b');
      expect(await app.values('out', 3)).toEqual(['a', 'slow', 'b']);
      expect(told).toEqual(['changed its mind: slow@1']);
    });

    it('what was chained to it does not end the process when it fails', async () => {
      let reached = 0;
      const streams = await through((records) =>
        records
          .process(
            processor((record, context) => {
              const sendOn = async () => {
                await context.forward(record);
                reached++;
              };
              void sendOn();
            }),
          )
          .process(
            processor(async () => {
              await pause();
              throw new Error('no such account');
            }),
          ),
      );
      await app.sendValues('in', 'bad');
      expect(await failureOf(streams)).toContain('no such account');
      await pause(20);
      expect(reached).toBe(0);
    });
  });

  it('a forward after an await that is not awaited itself belongs to its record', async () => {
    const places: unknown[] = [];
    await through((records) =>
      records
        .process(
          processor(async (record, context) => {
            await pause();
            void context.forward(record);
            await pause();
            places.push(context.recordMetadata?.offset);
            void context.forward(record.withValue(`${record.value} again`));
          }),
        )
        .process(slowly),
    );
    await app.sendValues('in', 'slow', 'b');
    expect(await app.values('out', 4)).toEqual(['slow', 'slow again', 'b', 'b again']);
    expect(places).toEqual([0, 1]);
  });

  it('a forward to a named child is waited for like any other', async () => {
    const builder = new StreamsBuilder();
    const split = builder.stream('in', text).process(
      processor((record, context) => {
        void context.forward(record, 'left');
        void context.forward(record, 'right');
      }),
    );
    split.process(slowly, { name: 'left' }).to('out', text);
    split.mapValues((value) => `right ${value}`, { name: 'right' }).to('out', text);
    await app.started(builder.build());
    await app.sendValues('in', 'slow', 'b');
    expect(await app.values('out', 4)).toEqual(['slow', 'right slow', 'b', 'right b']);
  });

  it('a punctuator is finished when what it forwarded is, and its failure goes to the handler', async () => {
    const told: unknown[] = [];
    const values = ['slow', 'bad', 'c'];
    await through(
      (records) =>
        records
          .process(() => ({
            init(context: Context) {
              const schedule = context.schedule(1, 'wall-clock-time', () => {
                const value = values.shift();
                if (value === undefined) return schedule.cancel();
                void context.forward(new StreamRecord('k', value, 0));
                void context.forward(new StreamRecord('k', `${value} again`, 0));
              });
            },
            process() {},
          }))
          .process(
            processor(async (record, context) => {
              await pause(record.value === 'slow' ? 20 : 1);
              if (record.value === 'bad') throw new Error('no such account');
              await context.forward(record);
            }),
            { name: 'below' },
          ),
      {
        processingHandler: (error: Error, record: Text | null, context: { node: string; topic: string | null; offset: number }) => {
          told.push([error.message, record?.value, context.node, context.topic, context.offset]);
          return 'continue';
        },
      },
    );
    expect(await app.values('out', 5)).toEqual(['slow', 'slow again', 'bad again', 'c', 'c again']);
    expect(told).toEqual([['no such account', 'bad', 'below', null, -1]]);
  });

  it('what init forwards goes out before the first record', async () => {
    const builder = new StreamsBuilder();
    builder
      .stream('in', text)
      .process(() => {
        let context: Context;
        return {
          init(given: Context) {
            context = given;
            void context.forward(new StreamRecord('k', 'from init', 7));
          },
          process: (record: Text) => void context.forward(record),
        };
      })
      .process(slowly)
      .to('out', text);
    await app.sendValues('in', 'a');
    await app.started(builder.build());
    expect(await app.values('out', 2)).toEqual(['from init', 'a']);
  });

  it('what close forwards is waited for before what stands below is closed', async () => {
    const events: string[] = [];
    const builder = new StreamsBuilder();
    builder
      .stream('in', text)
      .process(() => {
        let context: Context;
        let last: Text;
        return {
          init: (given: Context) => void (context = given),
          process: (record: Text) => void (last = record),
          close: () => void context.forward(last),
        };
      })
      .process(() => ({
        async process(record: Text) {
          await pause(5);
          events.push(record.value);
        },
        close: () => void events.push('closed'),
      }));
    const streams = await app.started(builder.build());
    await app.sendValues('in', 'a');
    await until(async () => (await app.committed('in')) === 1);
    await streams.close();
    expect(events).toEqual(['a', 'closed']);
  });

  it('what close forwards arrives through asynchronous mapping below', async () => {
    await through((records) =>
      records
        .process(() => {
          let context: Context;
          const seen: Text[] = [];
          return {
            init: (given: Context) => void (context = given),
            process: (record: Text) => void seen.push(record),
            close: () => {
              for (const record of seen) void context.forward(record);
            },
          };
        })
        .asyncMapValues(async (value) => {
          await pause(10);
          return `first ${value}`;
        })
        .asyncMapValues(async (value) => {
          await pause(10);
          return `second ${value}`;
        }),
    ).then(async (streams) => {
      await app.sendValues('in', 'a', 'b');
      await until(async () => (await app.committed('in')) === 2);
      await streams.close();
    });
    expect(await app.size('out')).toBe(2);
    expect(await app.values('out', 2)).toEqual(['second first a', 'second first b']);
  });

  it('what close forwards is left where the mapping does not end in the time of the close', async () => {
    let signal: AbortSignal | undefined;
    const streams = await through((records) =>
      records
        .process(() => {
          let context: Context;
          return {
            init: (given: Context) => void (context = given),
            process: () => {},
            close: () => void context.forward(new StreamRecord('k', 'last', 0)),
          };
        })
        .asyncMapValues((_value, _key, _record, given) => {
          signal = given;
          return new Promise<string>(() => {});
        }),
    );
    await app.sendValues('in', 'a');
    await until(async () => (await app.committed('in')) === 1);
    await streams.close({ timeout: 300 });
    expect([streams.state, signal!.aborted, await app.size('out')]).toEqual(['NOT_RUNNING', true, 0]);
  });

  it('a forward that comes when its record is finished stops the client and says why', async () => {
    const late = gate();
    const streams = await through((records) =>
      records.process(
        processor((record, context) => {
          void late.promise.then(() => context.forward(record));
        }),
        { name: 'careless' },
      ),
    );
    await app.sendValues('in', 'a', 'b');
    await eventually(async () => ((await app.committed('in')) === 2 ? true : undefined));
    late.open();
    const failure = await failureOf(streams);
    expect(failure).toContain('careless of task 0_0');
    expect(failure).toContain('while no call of the processor was under way');
  });

  it('what user code returns beside promises has no meaning', async () => {
    const seen: string[] = [];
    await through((records) =>
      records.process(
        processor((record, context) => {
          void context.forward(record);
          return seen.push(record.value);
        }),
      ),
    );
    await app.sendValues('in', 'a', 'b');
    expect(await app.values('out', 2)).toEqual(['a', 'b']);
  });

  it('a promise of another kind than Node’s is waited for too', async () => {
    await through((records) =>
      records.process(
        processor((record, context) => ({
          then(resolve: () => void) {
            setTimeout(() => {
              void context.forward(record);
              resolve();
            }, 2);
          },
        })),
      ),
    );
    await app.sendValues('in', 'a', 'b');
    expect(await app.values('out', 2)).toEqual(['a', 'b']);
  });

  it('the promise of an asynchronous processor below a cache is waited for when the cache evicts', async () => {
    let atWork = 0;
    let most = 0;
    const builder = new StreamsBuilder();
    builder
      .table('in', { ...text, materialized: { store: 'rows' } })
      .toStream()
      .process(
        processor(async (record, context) => {
          most = Math.max(most, ++atWork);
          await pause(record.value.startsWith('slow') ? 10 : 0);
          atWork--;
          await context.forward(record);
        }),
      )
      .to('out', text);
    await app.started(builder.build(), { cacheMaxBytes: 400, commitInterval: 60_000 });
    const values = Array.from({ length: 40 }, (_, i) => ({ key: `k${i}`, value: `${i % 5 === 0 ? 'slow' : 'fast'} ${i}` }));
    await app.send('in', ...values);
    const out = await app.values('out', 30);
    expect(out).toEqual(values.slice(0, out.length).map(({ value }) => value));
    expect(most).toBe(1);
  });
});
