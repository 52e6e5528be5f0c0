import { readTopologyConfig } from './resolve-config.js';

describe('the configuration of a topology', () => {
  it('has no optimisation and asks for no names unless told', () => {
    expect(readTopologyConfig({})).toMatchObject({ optimization: [], explicitNames: false, storeType: undefined });
  });

  it('understands the names of Kafka Streams, and passes over what does not concern a plan', () => {
    const config = {
      'topology.optimization': 'reuse.ktable.source.topics, single.store.self.join',
      'ensure.explicit.internal.resource.naming': 'true',
      'commit.interval.ms': 5,
    };
    expect(readTopologyConfig(config)).toMatchObject({
      optimization: ['reuse.ktable.source.topics', 'single.store.self.join'],
      explicitNames: true,
    });
  });

  it('lets what build() is given win, under either name', () => {
    expect(readTopologyConfig({ 'topology.optimization': 'all' }, { optimization: 'none' }).optimization).toEqual([]);
    expect(readTopologyConfig({ optimization: 'none' }, { 'topology.optimization': 'all' }).optimization).toHaveLength(3);
  });

  it('tells all faults at once', () => {
    const wrong: Record<string, unknown> = { optimization: 'some', explicitNames: 'perhaps', storeType: 'disk' };
    expect(() => readTopologyConfig({ ...wrong })).toThrow(/3 faults\n {2}- optimization: .*\n {2}- explicitNames: .*\n {2}- storeType: /);
  });
});
