// Documents are written into one growing buffer as they come: held as strings until the end, they made garbage collection half of the time.

const FIRST_SIZE = 1 << 16;
/** A UTF-16 unit never needs more than three bytes of UTF-8. */
const BYTES_PER_UNIT = 3;

/** Collects text as UTF-8. */
export class Utf8Sink {
  private buffer: Buffer = Buffer.allocUnsafeSlow(FIRST_SIZE);
  private length = 0;

  add(text: string): void {
    const room = this.length + text.length * BYTES_PER_UNIT;
    if (room > this.buffer.length) {
      const larger = Buffer.allocUnsafeSlow(Math.max(room, this.buffer.length * 2));
      this.buffer.copy(larger, 0, 0, this.length);
      this.buffer = larger;
    }
    this.length += this.buffer.write(text, this.length, 'utf8');
  }

  /** What was added since the last call; the sink is empty then. */
  take(): Buffer {
    let taken: Buffer;
    if (this.length * 2 > this.buffer.length) {
      taken = this.buffer.subarray(0, this.length);
      this.buffer = Buffer.allocUnsafeSlow(FIRST_SIZE);
    } else {
      taken = Buffer.allocUnsafeSlow(this.length);
      this.buffer.copy(taken, 0, 0, this.length);
    }
    this.length = 0;
    return taken;
  }
}
