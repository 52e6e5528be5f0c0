import type { Fault } from '@ouzel/core';
import type { Assembly } from './assembly.js';
import { resolveSerde, type NodeDeclaration, type PlanDefaults, type SerdeNeed } from './declarations.js';

/** Every place that reads or writes bytes and has neither a serde of its own nor a default. */
export function serdeFaults(assembly: Assembly, defaults: PlanDefaults): Fault[] {
  const missing = (name: string, where: string, needs: readonly SerdeNeed[]) =>
    needs.filter(({ of, serde }) => resolveSerde(serde, defaults[of]) === undefined).map(({ of }) => faultOf(name, where, of));
  const stores = [...assembly.stores.values()].filter(({ users }) => users.size > 0);
  return [
    ...[...assembly.nodes.values()].flatMap((node) => missing(node.name, placeOf(node), needsOf(node))),
    ...[...stores, ...assembly.globals.values()].flatMap(({ declaration }) =>
      missing(declaration.name, `state store "${declaration.name}"`, declaration.needs),
    ),
  ];
}

function needsOf(node: NodeDeclaration): readonly SerdeNeed[] {
  if (node.kind === 'processor') return node.needs;
  return [
    { of: 'key', serde: node.key },
    { of: 'value', serde: node.value },
  ];
}

function placeOf(node: NodeDeclaration): string {
  switch (node.kind) {
    case 'source':
      return `source "${node.name}" of ${node.topics instanceof RegExp ? String(node.topics) : node.topics.join(', ')}`;
    case 'processor':
      return `processor "${node.name}"`;
    case 'sink':
      return `sink "${node.name}"${typeof node.topic === 'string' ? ` to ${node.topic}` : ''}`;
  }
}

function faultOf(name: string, where: string, of: 'key' | 'value'): Fault {
  const setting = of === 'key' ? 'defaultKeySerde' : 'defaultValueSerde';
  return {
    nodes: [name],
    missingSerde: of,
    where,
    what: `there is no serde for its ${of}s`,
    help: `Give it one ({ ${of}: serdes.string }), or set ${setting}`,
  };
}
