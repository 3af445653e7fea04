// In Terraform JSON `${` and `%{` are code: a name that holds them would be evaluated at plan, with the files of the machine at hand.

/** Literal text for a Terraform string. Never call it on a reference such as `${var.x}`. */
export function terraformLiteral(text: string): string {
  return text.replace(/\$\{/g, '$$${').replace(/%\{/g, '%%{');
}

/** Literal text in every string of plain data. */
export function terraformLiterals<T>(value: T): T {
  if (typeof value === 'string') return terraformLiteral(value) as T;
  if (Array.isArray(value)) return value.map(terraformLiterals) as T;
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, terraformLiterals(one)])) as T;
  }
  return value;
}
