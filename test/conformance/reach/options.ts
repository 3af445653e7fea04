// What the programs that hold reachability against engines are told: `--name=number`.

/** A number of the command line; `otherwise` where it is not given. */
export function option(name: string, otherwise: number): number {
  const given = process.argv.find((one) => one.startsWith(`--${name}=`));
  return given === undefined ? otherwise : Number(given.slice(name.length + 3));
}
