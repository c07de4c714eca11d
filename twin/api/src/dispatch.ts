import { type Caller, parseCaller } from "./access/acl.ts";
import { type Credentials, identify, needsLogin } from "./access/login.ts";
import { authorize, Rights, UserMissing } from "./access/permission.ts";
import { Call } from "./call.ts";
import type { MethodInfo } from "./contract.ts";
import { indexOf } from "./handlers/indexes.ts";
import { handlerOf } from "./methods.ts";
import { Problem, refuseParameters } from "./problem.ts";
import { reach } from "./reach.ts";
import type { Twin } from "./twin.ts";
import { checkObject, noErrors } from "./validation/check.ts";
import { parametersOf } from "./validation/indexed-names.ts";

export type ApiRequest = {
  readonly method: string;
  /** Below `/api2/json`, percent-decoded. */
  readonly path: string;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly credentials: Credentials;
  /** The node that was asked; its proxy forwards what is another node's. */
  readonly node: string;
  /** Bytes of the file that was uploaded with it. */
  readonly uploadBytes?: number;
};

/** An answer before it is written down as `/api2/json` or `/api2/extjs`. */
export type ApiAnswer =
  | { readonly kind: "data"; readonly data: unknown; readonly total?: number; readonly changes?: string }
  | { readonly kind: "file"; readonly name: string; readonly text: string }
  | {
      readonly kind: "problem";
      readonly status: number;
      readonly message: string;
      readonly errors?: Readonly<Record<string, string>>;
    }
  | { readonly kind: "bare"; readonly status: number; readonly reason: string };

/** A scalar where the contract wants a list becomes a list of one; a list where it wants words is joined. */
const shaped = (method: MethodInfo, raw: Readonly<Record<string, unknown>>): Record<string, unknown> => {
  const schemas = parametersOf(method);
  const shapedValues: Record<string, unknown> = Object.create(null);
  for (const [name, value] of Object.entries(raw)) {
    const schema = Object.hasOwn(schemas, name) ? schemas[name] : undefined;
    if (schema?.type === "array" && !Array.isArray(value)) shapedValues[name] = [value];
    else if (Array.isArray(value) && typeof schema?.format === "string" && schema.format.endsWith("-list"))
      shapedValues[name] = value.join(",");
    else shapedValues[name] = value;
  }
  return shapedValues;
};

const validate = (method: MethodInfo, parameters: Readonly<Record<string, unknown>>): void => {
  const errors = noErrors();
  checkObject("", parametersOf(method), parameters, Boolean(method.params.additionalProperties), errors);
  if (Object.keys(errors).length > 0) refuseParameters(errors);
};

const wordOf = (value: unknown): string =>
  typeof value === "string" || typeof value === "number" ? String(value) : JSON.stringify(value);

const nobody: Caller = { userid: "" };

const answer = (twin: Twin, request: ApiRequest): ApiAnswer => {
  const { world } = twin;
  const login = needsLogin(request.method, request.path) ? identify(twin, request) : undefined;
  const found = twin.router.find(request.method, request.path);
  if (found === undefined) {
    throw new Problem(501, `Method '${request.method} ${request.path}' not implemented`);
  }
  const { method } = found;
  for (const name of Object.keys(request.parameters)) {
    const inPath = Object.hasOwn(found.parameters, name) ? found.parameters[name] : undefined;
    if (inPath !== undefined && inPath !== wordOf(request.parameters[name]))
      refuseParameters({ [name]: "duplicate parameter (already defined in URI) with conflicting values!" });
  }
  const parameters = shaped(method, { ...request.parameters, ...found.parameters });
  const caller = login === undefined ? nobody : parseCaller(login.name);
  const rights = new Rights(world, caller);
  if (request.credentials.kind === "token" && !method.allowtoken) {
    throw new Problem(
      403,
      `Permission check failed (URI '${request.path}' not available with API token, need proper ticket.\n)\n`,
    );
  }
  if (login !== undefined) authorize(method, rights, parameters);
  const nodeName = found.parameters.node;
  const node =
    method.proxyto === "node" && nodeName !== undefined ? reach(world, request.node, nodeName) : request.node;
  validate(method, parameters);
  const call = new Call({
    twin,
    method,
    parameters,
    rights,
    node,
    login: login?.kind,
    uploadBytes: request.uploadBytes,
  });
  const handler = handlerOf(`${method.method} ${method.path}`);
  const data = handler === undefined ? indexOf(twin, method) : handler(call);
  if (call.download !== undefined) return { kind: "file", ...call.download };
  return {
    kind: "data",
    data: data ?? null,
    ...(call.total === undefined ? {} : { total: call.total }),
    ...(call.changes === undefined ? {} : { changes: call.changes }),
  };
};

/** Answers one call of the API over a world: who asks, may they, are the parameters right, and then the method itself. */
export const dispatch = (twin: Twin, request: ApiRequest): ApiAnswer => {
  try {
    return answer(twin, request);
  } catch (error) {
    if (error instanceof UserMissing) return { kind: "problem", status: 500, message: error.message };
    if (!(error instanceof Problem)) throw error;
    if (error.bare) return { kind: "bare", status: error.status, reason: error.message };
    return {
      kind: "problem",
      status: error.status,
      message: error.message,
      ...(error.errors === undefined ? {} : { errors: error.errors }),
    };
  }
};
