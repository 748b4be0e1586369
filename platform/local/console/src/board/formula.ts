// The arithmetic of a widget's formulas: names of its queries, numbers, + - * / and brackets.

export type Values = (name: string) => number | null;
export type Formula = (values: Values) => number | null;

/** The names that a formula may be made of. */
export function namesIn(text: string): Set<string> {
  return new Set(text.match(/[A-Za-z_]\w*/g) ?? []);
}

export class NotComputedError extends Error {}

/** Read a formula. Throws `NotComputedError` for what is not computed here, such as functions. */
export function parseFormula(text: string): Formula {
  const tokens = text.match(/[A-Za-z_]\w*|\d+\.?\d*|\.\d+|[-+*/()]|\S/g) ?? [];
  let at = 0;
  const peek = (): string | undefined => tokens[at];
  const refuse = (): never => {
    throw new NotComputedError(`The formula ${text} is not computed here.`);
  };

  function sum(): Formula {
    let left = product();
    while (peek() === "+" || peek() === "-") left = both(tokens[at++] as string, left, product());
    return left;
  }
  function product(): Formula {
    let left = factor();
    while (peek() === "*" || peek() === "/") left = both(tokens[at++] as string, left, factor());
    return left;
  }
  function factor(): Formula {
    const token = tokens[at++] ?? refuse();
    if (token === "(") {
      const inner = sum();
      if (tokens[at++] !== ")") refuse();
      return inner;
    }
    if (token === "-") return both("-", () => 0, factor());
    if (/^[\d.]/.test(token)) return () => Number(token);
    if (!/^[A-Za-z_]/.test(token) || peek() === "(") return refuse();
    return (values) => values(token);
  }

  const made = sum();
  return at === tokens.length ? made : refuse();
}

function both(sign: string, left: Formula, right: Formula): Formula {
  return (values) => {
    const one = left(values);
    const other = right(values);
    if (one === null || other === null) return null;
    if (sign === "+") return one + other;
    if (sign === "-") return one - other;
    if (sign === "*") return one * other;
    return other === 0 ? null : one / other;
  };
}
