// Documents are written into buffers as they come: held as strings until the end, they made garbage collection half of the time.

const FIRST_SIZE = 1 << 16;
const CHUNK_SIZE = 1 << 22;
/** A UTF-16 unit never needs more than three bytes of UTF-8. */
const BYTES_PER_UNIT = 3;

/** Collects text as UTF-8. */
export class Utf8Sink {
  private full: Buffer[] = [];
  private buffer: Buffer = Buffer.allocUnsafeSlow(FIRST_SIZE);
  private length = 0;

  add(text: string): void {
    const room = text.length * BYTES_PER_UNIT;
    if (this.length + room > this.buffer.length) {
      if (this.length > 0) this.full.push(this.buffer.subarray(0, this.length));
      this.buffer = Buffer.allocUnsafeSlow(Math.max(room, Math.min(this.buffer.length * 4, CHUNK_SIZE)));
      this.length = 0;
    }
    this.length += this.buffer.write(text, this.length, 'utf8');
  }

  /** What was added since the last call; the sink is empty then. */
  take(): Buffer {
    const taken = Buffer.concat([...this.full, this.buffer.subarray(0, this.length)]);
    this.full = [];
    this.length = 0;
    return taken;
  }
}
