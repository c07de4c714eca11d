/**
 * What the API answers instead of data: an HTTP status, a sentence, and per-parameter errors where there are any.
 * Thrown by handlers and by the steps before them; the dispatcher turns it into an answer.
 */
export class Problem extends Error {
  readonly status: number;
  readonly errors: Readonly<Record<string, string>> | undefined;
  /** Sent with no body: the text stands in the reason phrase alone, as the proxy does it. */
  readonly bare: boolean;

  constructor(status: number, message: string, errors?: Readonly<Record<string, string>>, bare = false) {
    super(message);
    this.status = status;
    this.errors = errors;
    this.bare = bare;
  }
}

/** A sentence with status 500: how the product answers most of what it cannot do. */
export const fail: (message: string) => never = (message) => {
  throw new Problem(500, `${message}\n`);
};

/** Status 400 with an error for each parameter named. */
export const refuseParameters: (errors: Readonly<Record<string, string>>) => never = (errors) => {
  throw new Problem(400, "Parameter verification failed.\n", errors);
};

/** Status 403; `what` is the path and privilege that is missing, in the product's own notation. */
export const forbid: (what?: string) => never = (what) => {
  throw new Problem(403, `Permission check failed${what === undefined ? "" : ` (${what})`}\n`);
};

/** Status 501: the twin routes the method but does not model it. */
export const notModelled: (what: string) => never = (what) => {
  throw new Problem(501, `The twin does not model ${what}\n`);
};
