export interface KafkaToolResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface KafkaCluster {
  /** Addresses of all nodes, `host:port`, separated by commas. */
  readonly brokers: string;
  readonly pids: readonly number[];
  ready(): Promise<void>;
  kill(node?: number): Promise<void>;
  halt(node?: number): Promise<void>;
  restart(node?: number): Promise<void>;
  pause(node?: number): void;
  resume(node?: number): void;
  tool(mainClass: string, args: readonly string[], options?: { input?: string; timeoutMs?: number }): Promise<KafkaToolResult>;
  logTail(): string;
  stop(): Promise<void>;
}

export function startKafka(options?: {
  port?: number;
  nodes?: number;
  properties?: Readonly<Record<string, string>>;
  /** Levels of features that differ from the newest: `{ 'transaction.version': 1 }`. */
  features?: Readonly<Record<string, number>>;
  /** Further ports of a single node. A client that comes by one of them is told the address that it advertises. */
  listeners?: readonly { readonly name: string; readonly port: number; readonly advertised: string }[];
  /** Passwords by user, for both SCRAM mechanisms. */
  scramUsers?: Readonly<Record<string, string>>;
}): Promise<KafkaCluster>;

export function runKafkaTool(
  mainClass: string,
  args: readonly string[],
  options?: { classPath?: string; input?: string; timeoutMs?: number },
): Promise<KafkaToolResult>;

/** Returns free ports of the loopback interface, all different. */
export declare function freePorts(count: number): Promise<number[]>;
