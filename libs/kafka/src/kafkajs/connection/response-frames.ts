const sizeField = 4;
const correlationField = 4;
/**
 * The largest size of a response, bytes. Responses of Kafka are smaller. Another server sends HTTP or a TLS alert: its
 * first bytes, read as a size, are larger than this, or the connection ends before so many bytes have come.
 */
const largestResponse = 512 * 1024 * 1024;

/** Called with each response. The payload follows the correlation id, and is a view of the received bytes. */
export type ResponseReceiver = (correlationId: number, payload: Buffer) => void;

/**
 * Cuts the bytes that a broker sends into responses.
 *
 *   response = size of the rest int32 | correlation id int32 | payload
 */
export class ResponseFrames {
  private chunks: Buffer[] = [];
  private buffered = 0;
  private needed = sizeField;

  constructor(private readonly receive: ResponseReceiver) {}

  /**
   * Takes received bytes. Throws a RangeError when the size of a response is impossible: then close the connection.
   */
  push(chunk: Buffer): void {
    this.chunks.push(chunk);
    this.buffered += chunk.length;
    if (this.buffered < this.needed) return;
    const bytes = this.chunks.length === 1 ? chunk : Buffer.concat(this.chunks, this.buffered);
    const rest = bytes.subarray(this.cut(bytes));
    this.chunks = rest.length === 0 ? [] : [rest];
    this.buffered = rest.length;
  }

  /** Hands out the responses that are complete, and returns where they end. */
  private cut(bytes: Buffer): number {
    let from = 0;
    for (;;) {
      this.needed = sizeField;
      if (from + sizeField > bytes.length) return from;
      const size = bytes.readInt32BE(from);
      if (size < correlationField || size > largestResponse) throw new RangeError(`a response can not have ${size} bytes`);
      this.needed = sizeField + size;
      const end = from + this.needed;
      if (end > bytes.length) return from;
      this.receive(bytes.readInt32BE(from + sizeField), bytes.subarray(from + sizeField + correlationField, end));
      from = end;
    }
  }
}
