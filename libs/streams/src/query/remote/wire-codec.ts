import { Headers } from '@ouzel/core';
import { deserialized, serialized, type Serde } from '../../serdes/serde.js';
import type { QueryWire, WirePart } from '../../state/kind/query-wire.js';
import type { StoreSpec } from '../../state/kind/store-kind.js';
import type { Windowed } from '../../state/store.js';
import type { WireData } from './wire-data.js';

interface Stamped {
  readonly value: unknown;
}

const allData: QueryWire = { parameters: [], result: 'data' };

/** Gives the queries of one store the form in which they travel, and reads it: keys and values are the bytes of its serdes. */
export class WireCodec {
  private readonly wires: Readonly<Record<string, QueryWire>>;

  constructor(
    private readonly spec: StoreSpec,
    private readonly topic: string,
  ) {
    this.wires = spec.kind.contract?.wire?.(spec.options) ?? {};
  }

  parametersToWire(query: string, parameters: readonly unknown[]): WireData[] {
    const parts = this.wireOf(query).parameters;
    return parameters.map((parameter, i) => this.toWire(parts[i] ?? 'data', parameter));
  }

  parametersFromWire(query: string, parameters: readonly WireData[]): unknown[] {
    const parts = this.wireOf(query).parameters;
    return parameters.map((parameter, i) => this.fromWire(parts[i] ?? 'data', parameter));
  }

  resultToWire(query: string, result: unknown): WireData {
    return this.toWire(this.wireOf(query).result, result);
  }

  resultFromWire(query: string, result: WireData): unknown {
    return this.fromWire(this.wireOf(query).result, result);
  }

  private wireOf(query: string): QueryWire {
    return Object.hasOwn(this.wires, query) ? this.wires[query]! : allData;
  }

  private toWire(part: WirePart, value: unknown): WireData {
    if (value === null || value === undefined) return value;
    if (part === 'data') return value as WireData;
    if (part === 'key') return this.bytes(this.spec.key, value);
    if (part === 'value') return this.bytes(this.spec.value, value);
    if (part === 'stamped value') {
      const { value: bare, ...marks } = value as Stamped & Readonly<Record<string, WireData>>;
      return [this.toWire('value', bare), marks];
    }
    const [key, entryValue] = value as readonly [unknown, unknown];
    const ofValue = part.startsWith('stamped') ? 'stamped value' : 'value';
    if (part === 'entry' || part === 'stamped entry') return [this.toWire('key', key), this.toWire(ofValue, entryValue)];
    const { key: bare, window } = key as Windowed<unknown>;
    return [this.toWire('key', bare), window.start, window.end, this.toWire(ofValue, entryValue)];
  }

  private fromWire(part: WirePart, data: WireData): unknown {
    if (part === 'data' || data === null || data === undefined) return data;
    if (part === 'key') return this.decoded(this.spec.key, data);
    if (part === 'value') return this.decoded(this.spec.value, data);
    const items = data as readonly WireData[];
    if (part === 'stamped value') return { value: this.fromWire('value', items[0]), ...(items[1] as object) };
    const ofValue = part.startsWith('stamped') ? 'stamped value' : 'value';
    if (part === 'entry' || part === 'stamped entry') return [this.fromWire('key', items[0]), this.fromWire(ofValue, items[1])];
    const [key, start, end, value] = items;
    return [{ key: this.fromWire('key', key), window: { start, end } }, this.fromWire(ofValue, value)];
  }

  private bytes(serde: Serde<unknown>, value: unknown): Buffer {
    return serialized(serde, value, this.topic, Headers.empty);
  }

  private decoded(serde: Serde<unknown>, data: WireData): unknown {
    const bytes = data as Uint8Array;
    // A serde may keep a part of what it reads; a batch must not stay in memory for that.
    return deserialized(serde, Buffer.from(bytes), this.topic, Headers.empty);
  }
}
