import { type MethodInfo, methodsOf, type PveMajor } from "./contract.ts";

type Branch = {
  readonly children: Map<string, Branch>;
  /** The branch for `{node}` and the like, and the name it gives the value. */
  wild: { name: string; branch: Branch } | undefined;
  readonly methods: Map<string, MethodInfo>;
};

export type Found = { readonly method: MethodInfo; readonly parameters: Readonly<Record<string, string>> };

const newBranch = (): Branch => ({ children: new Map(), wild: undefined, methods: new Map() });

const segmentsOf = (path: string): string[] => path.split("/").filter((segment) => segment !== "");

const plant = (root: Branch, method: MethodInfo): void => {
  let branch = root;
  for (const segment of segmentsOf(method.path)) {
    const name = /^\{(.+)\}$/.exec(segment)?.[1];
    if (name === undefined) {
      const next = branch.children.get(segment) ?? newBranch();
      branch.children.set(segment, next);
      branch = next;
    } else {
      branch.wild ??= { name, branch: newBranch() };
      branch = branch.wild.branch;
    }
  }
  branch.methods.set(method.method, method);
};

/** Where the rest of the path, slashes and all, is one parameter. Mirrors `fragmentDelimiter => ''` in pve-storage. */
const takesRest = (name: string): boolean => name === "volume" || name === "cidr";

/** Finds methods of one major by HTTP method and path (decoded, below `/api2/json`). */
export class Router {
  readonly #root = newBranch();

  constructor(major: PveMajor) {
    for (const method of methodsOf(major)) plant(this.#root, method);
    // The root index is in no dump.
    this.#root.methods.set("GET", rootIndex);
  }

  find(httpMethod: string, path: string): Found | undefined {
    const segments = segmentsOf(path);
    const parameters: Record<string, string> = {};
    let branch = this.#root;
    for (let index = 0; index < segments.length; index += 1) {
      const segment = segments[index] ?? "";
      const child = branch.children.get(segment);
      if (child !== undefined) {
        branch = child;
        continue;
      }
      const { wild } = branch;
      if (wild === undefined) return undefined;
      branch = wild.branch;
      if (takesRest(wild.name)) {
        parameters[wild.name] = segments.slice(index).join("/");
        break;
      }
      parameters[wild.name] = segment;
    }
    const method = branch.methods.get(httpMethod);
    return method === undefined ? undefined : { method, parameters: renamed(method, parameters) };
  }

  /** The names directly below a path of the contract: what its index lists. */
  childrenOf(path: string): string[] {
    let branch = this.#root;
    for (const segment of segmentsOf(path)) {
      const next = segment.startsWith("{") ? branch.wild?.branch : branch.children.get(segment);
      if (next === undefined) return [];
      branch = next;
    }
    return [...branch.children.keys()];
  }
}

/** Two methods may name one place of the path differently (`{id}`, `{name}`): each gets its own name. */
const renamed = (method: MethodInfo, parameters: Readonly<Record<string, string>>): Record<string, string> => {
  const values = Object.values(parameters);
  const names = segmentsOf(method.path).flatMap((segment) => /^\{(.+)\}$/.exec(segment)?.[1] ?? []);
  return Object.fromEntries(names.map((name, index) => [name, values[index] ?? ""]));
};

const rootIndex: MethodInfo = {
  path: "/",
  method: "GET",
  name: "index",
  permissions: { user: "all" },
  protected: false,
  proxyto: null,
  allowtoken: true,
  params: { type: "object", properties: {} },
  returns: null,
};
