// Answers of three values: yes, no, and what cannot be known (undefined).
export type Three = boolean | undefined;

/** No as soon as one is no; yes when all are. */
export function all(answers: Iterable<Three>): Three {
  let answer: Three = true;
  for (const one of answers) {
    if (one === false) return false;
    if (one === undefined) answer = undefined;
  }
  return answer;
}

/** Yes as soon as one is yes; no when all are. */
export function any(answers: Iterable<Three>): Three {
  let answer: Three = false;
  for (const one of answers) {
    if (one === true) return true;
    if (one === undefined) answer = undefined;
  }
  return answer;
}

export function not(answer: Three): Three {
  return answer === undefined ? undefined : !answer;
}

/** What a label is: its value, null when it is not there, undefined when nobody knows. */
export type LabelLookup = (key: string) => string | null | undefined;
