import type { Fetched } from '@ouzel/kafka';
import type { PartitionReader, ReaderLoop } from './reader-loop.js';
import type { RestoreProgress } from './restore-progress.js';
import { keyed, outOfRange, type RestoreRequest } from './store-restore.js';

export interface FollowerListener {
  /** Called after each batch that was applied. */
  advanced(): void;
  /**
   * Called where more may have been read than is committed: `resume` has to be called when that is so no longer. Only
   * where a source topic serves as changelog.
   */
  held(follower: ChangelogFollower): void;
  /** The changelog can not be read or applied. */
  failed(error: Error): void;
}

/**
 * Keeps one store of a standby task up to date with its changelog, which has no end. It reads only while no task
 * restores.
 */
export class ChangelogFollower implements PartitionReader {
  readonly urgency = 'last';
  /** The next offset that the store lacks. */
  position: number;
  private limit: number;
  private knownEnd: number;
  private isStopped = false;
  private applying: Promise<void> = Promise.resolve();

  constructor(
    private readonly request: RestoreRequest,
    begin: RestoreProgress,
    private readonly loop: ReaderLoop,
    private readonly listener: FollowerListener,
  ) {
    this.position = begin.position;
    this.knownEnd = begin.endOffset;
    this.limit = request.upTo ?? Infinity;
  }

  get store(): string {
    return this.request.store;
  }

  /** The partition that is read. */
  get place(): RestoreRequest {
    return this.request;
  }

  /** The end of the changelog, as far as it is known; the committed offset where a source topic serves as changelog. */
  get end(): number {
    this.knownEnd = Math.max(this.knownEnd, this.loop.endOffset(this.request) ?? 0);
    return Math.min(this.knownEnd, this.limit);
  }

  /** How many offsets the store is behind. */
  get lag(): number {
    return Math.max(0, this.end - this.position);
  }

  begin(): void {
    if (this.position < this.limit) this.loop.read(this.request, this.position, this);
    else this.listener.held(this);
  }

  /** Goes on up to a later committed offset. */
  resume(limit: number): void {
    if (this.isStopped) return;
    this.limit = Math.max(this.limit, limit);
    this.begin();
  }

  /** Resolves when nothing is applied any more. */
  async stop(): Promise<void> {
    this.isStopped = true;
    this.loop.stop(this.request);
    await this.applying.catch(() => {});
  }

  apply(batch: Fetched): Promise<void> {
    this.applying = this.takeOver(batch);
    return this.applying;
  }

  failed(error: Error): void {
    this.listener.failed(error);
  }

  private async takeOver({ records, nextOffset, error }: Fetched): Promise<void> {
    const { request, limit } = this;
    if (error !== undefined) throw error.kind === 'out-of-range' ? outOfRange({ ...request, from: this.position }) : error;
    const next = Math.min(nextOffset, limit);
    const wanted = nextOffset <= limit ? records : records.filter(({ offset }) => offset < next);
    await request.apply(keyed(wanted), next);
    this.position = next;
    this.listener.advanced();
    if (this.isStopped || next < limit) return;
    this.loop.stop(request);
    this.listener.held(this);
  }
}
