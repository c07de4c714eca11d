import { type Config, type Dict, dict, type Section, sectionDigest } from "@orrery/twin-world";
import type { Call, Handlers } from "../call.ts";
import { Problem } from "../problem.ts";
import { needLock } from "../quorum.ts";
import { typedValue } from "./values.ts";

const mailToRoot: Section = {
  type: "sendmail",
  id: "mail-to-root",
  options: { comment: "Send mails to root@pam's email address", "mailto-user": "root@pam" },
};
const defaultMatcher: Section = {
  type: "matcher",
  id: "default-matcher",
  options: { comment: "Route all notifications to mail-to-root", target: "mail-to-root" },
};

/** Options that are lists, kept one entry a line. */
const lists = new Set([
  "mailto",
  "mailto-user",
  "target",
  "match-field",
  "match-severity",
  "match-calendar",
  "header",
  "secret",
]);
/** What is kept apart from the configuration and never read out. */
const secrets = new Set(["token", "password"]);

const refuse = (status: number, message: string): never => {
  throw new Problem(status, `${message}\n`);
};

type Kind = {
  readonly path: string;
  readonly noun: string;
  readonly builtIn: Section;
  readonly of: (call: Call) => Dict<Section>;
  /** Sections of this type only; undefined for all. */
  readonly type: string;
};

const originOf = (kind: Kind, call: Call, id: string): string => {
  if (id !== kind.builtIn.id) return "user-created";
  return kind.of(call)[id] === undefined ? "builtin" : "modified-builtin";
};

const all = (call: Call, kind: Kind): Section[] => {
  const own = kind.of(call);
  const base = kind.builtIn.type === kind.type && own[kind.builtIn.id] === undefined ? [kind.builtIn] : [];
  return [...base, ...Object.values(own).filter((section) => section.type === kind.type)];
};

const shownValue = (key: string, value: string | number): unknown => {
  if (!lists.has(key)) return value;
  const entries = String(value).split("\n");
  // The values of a webhook's secrets stay in the dark.
  return key === "secret" ? entries.map((entry) => entry.replace(/,?value=[^,]*/, "")) : entries;
};

const shown = (call: Call, kind: Kind, section: Section): Record<string, unknown> => ({
  name: section.id,
  ...Object.fromEntries(
    Object.entries(section.options)
      .filter(([key]) => !secrets.has(key))
      .map(([key, value]) => [key, shownValue(key, value)]),
  ),
  origin: originOf(kind, call, section.id),
});

const given = (call: Call): Config => {
  const config: Config = dict();
  for (const [name, raw] of Object.entries(call.parameters)) {
    if (name === "name" || name === "delete" || name === "digest") continue;
    const text = Array.isArray(raw) ? raw.map(String).join("\n") : (call.text(name) ?? "");
    config[name] = typedValue(call.method.params.properties?.[name], text);
  }
  return config;
};

const needDigest = (call: Call, sections: Dict<Section>): void => {
  const asked = call.text("digest");
  if (asked !== undefined && asked !== sectionDigest(sections)) {
    refuse(400, "detected modified configuration - file changed by other user? Try again.");
  }
};

const endpointIds = (call: Call): string[] => [mailToRoot.id, ...Object.keys(call.world.notifications.endpoints)];

const needSense = (call: Call, kind: Kind, options: Config): void => {
  if (kind.type === "sendmail" || kind.type === "smtp") {
    if (options.mailto === undefined && options["mailto-user"] === undefined) {
      refuse(400, "must at least provide one recipient, either in mailto or in mailto-user");
    }
  }
  if (kind.type !== "matcher" || options.target === undefined) return;
  const known = endpointIds(call);
  const missing = String(options.target)
    .split("\n")
    .find((target) => !known.includes(target));
  if (missing !== undefined) refuse(404, `endpoint '${missing}' does not exist`);
};

const find = (call: Call, kind: Kind): Section => {
  const id = call.need("name");
  return all(call, kind).find((section) => section.id === id) ?? refuse(404, `${kind.noun} '${id}' not found`);
};

const create =
  (kind: Kind) =>
  (call: Call): unknown => {
    needLock(call.world, call.node, "domain-notifications");
    const id = call.need("name");
    const { endpoints, matchers } = call.world.notifications;
    const taken = [mailToRoot.id, defaultMatcher.id, ...Object.keys(endpoints), ...Object.keys(matchers)];
    if (taken.includes(id)) refuse(400, `Cannot create '${id}', an entity with the same name already exists`);
    const options = given(call);
    needSense(call, kind, options);
    kind.of(call)[id] = { type: kind.type, id, options };
    return null;
  };

const update =
  (kind: Kind) =>
  (call: Call): unknown => {
    needLock(call.world, call.node, "domain-notifications");
    needDigest(call, kind.of(call));
    const section = find(call, kind);
    const options: Config = dict(Object.entries(section.options));
    for (const key of call.list("delete")) delete options[key];
    Object.assign(options, given(call));
    needSense(call, kind, options);
    kind.of(call)[section.id] = { type: kind.type, id: section.id, options };
    return null;
  };

const remove =
  (kind: Kind) =>
  (call: Call): unknown => {
    needLock(call.world, call.node, "domain-notifications");
    const { id } = find(call, kind);
    const own = kind.of(call);
    if (kind.type !== "matcher" && own[id] !== undefined && id !== mailToRoot.id) {
      const users = [defaultMatcher, ...Object.values(call.world.notifications.matchers)]
        .filter((matcher) =>
          String(matcher.options.target ?? "")
            .split("\n")
            .includes(id),
        )
        .map((matcher) => matcher.id);
      if (users.length > 0) refuse(400, `cannot delete '${id}', referenced by: ${users.join(", ")}`);
    }
    // What is built in comes back as it was.
    delete own[id];
    return null;
  };

const handlersOf = (kind: Kind): Handlers => ({
  [`GET ${kind.path}`]: (call) => all(call, kind).map((section) => shown(call, kind, section)),
  [`POST ${kind.path}`]: create(kind),
  [`GET ${kind.path}/{name}`]: (call) => ({
    ...shown(call, kind, find(call, kind)),
    digest: sectionDigest(kind.of(call)),
  }),
  [`PUT ${kind.path}/{name}`]: update(kind),
  [`DELETE ${kind.path}/{name}`]: remove(kind),
});

const base = "/cluster/notifications";

const endpointKinds: readonly Kind[] = ["gotify", "sendmail", "smtp", "webhook"].map((type) => ({
  path: `${base}/endpoints/${type}`,
  noun: "endpoint",
  builtIn: mailToRoot,
  of: (call) => call.world.notifications.endpoints,
  type,
}));

const matchers: Kind = {
  path: `${base}/matchers`,
  noun: "matcher",
  builtIn: defaultMatcher,
  of: (call) => call.world.notifications.matchers,
  type: "matcher",
};

const targets = (call: Call): unknown =>
  endpointKinds.flatMap((kind) =>
    all(call, kind).map((section) => {
      const { name, comment, disable, origin } = shown(call, kind, section);
      return {
        name,
        type: section.type,
        origin,
        ...(comment === undefined ? {} : { comment }),
        ...(disable === undefined ? {} : { disable }),
      };
    }),
  );

const test = (call: Call): unknown => {
  const name = call.need("name");
  if (!endpointIds(call).includes(name)) refuse(404, `target '${name}' not found`);
  call.world.notifications.sent.push({ at: call.world.now, severity: "info", title: "Test notification" });
  return null;
};

const types = ["package-updates", "fencing", "replication", "vzdump", "system-mail"];

const fieldValues = (call: Call): unknown => {
  const { jobs, nodes } = call.world;
  const job = (section: Section) => ({
    field: "job-id",
    value: section.id,
    ...(section.options.comment === undefined ? {} : { comment: section.options.comment }),
  });
  return [
    ...types.map((value) => ({ field: "type", value })),
    ...(call.rights.has("/", "Sys.Audit") ? Object.values(jobs.backup).map(job) : []),
    ...Object.values(jobs.replication).map(job),
    ...Object.keys(nodes).map((value) => ({ field: "hostname", value })),
  ];
};

const names =
  (...list: string[]) =>
  (): unknown =>
    list.map((name) => ({ name }));

export const notifications: Handlers = {
  [`GET ${base}`]: names("endpoints", "matchers", "targets", "matcher-fields", "matcher-field-values"),
  [`GET ${base}/endpoints`]: names("gotify", "sendmail", "smtp", "webhook"),
  ...Object.assign({}, ...endpointKinds.map(handlersOf)),
  ...handlersOf(matchers),
  [`GET ${base}/targets`]: targets,
  [`POST ${base}/targets/{name}/test`]: test,
  [`GET ${base}/matcher-fields`]: names("type", "hostname", "job-id"),
  [`GET ${base}/matcher-field-values`]: fieldValues,
};
