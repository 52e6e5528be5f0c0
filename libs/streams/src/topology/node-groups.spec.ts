import { NodeGroups } from './node-groups.js';

function groupsOf(...names: string[]): NodeGroups {
  const groups = new NodeGroups();
  for (const name of names) groups.add(name);
  return groups;
}

describe('sub-topologies', () => {
  it('are numbered by their first node', () => {
    const groups = groupsOf('a', 'b', 'c', 'd');
    groups.unite('d', ['b']);
    expect(groups.numbered(['a', 'b', 'c', 'd'])).toEqual([['a'], ['b', 'd'], ['c']]);
  });

  it('grow together over any number of steps', () => {
    const groups = groupsOf('a', 'b', 'c', 'd', 'e');
    groups.unite('b', ['a']);
    groups.unite('d', ['c']);
    groups.unite('e', ['d', 'b']);
    expect(groups.numbered(['a', 'b', 'c', 'd', 'e'])).toEqual([['a', 'b', 'c', 'd', 'e']]);
  });
});
