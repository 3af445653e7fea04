/** The process, as far as commands see it. */
export interface Surroundings {
  readonly stdout: { write(text: string): unknown; readonly isTTY?: boolean };
  readonly stderr: { write(text: string): unknown };
  readonly readStdin: () => Promise<string | Buffer>;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
}
