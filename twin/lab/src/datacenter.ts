import type { NotificationTarget, OptionValue } from "@orrery/model";
import { type Config, dict } from "@orrery/twin-world";
import type { Building } from "./building.ts";
import { writtenOptions } from "./written-options.ts";

const lines = "\n";

type Said = Readonly<Record<string, OptionValue | undefined>>;

const base64 = (text: string): string => btoa(String.fromCodePoint(...new TextEncoder().encode(text)));

/** What a webhook sends, as its file has it. */
const webhookOptions = ({
  header = {},
  body,
  secret = {},
}: Extract<NotificationTarget, { type: "webhook" }>): Said => ({
  header: Object.entries(header).map(([name, value]) => `name=${name},value=${base64(value)}`),
  body: body === undefined ? undefined : base64(body),
  // Nobody is told: the twin has one of its own.
  secret: Object.keys(secret).map((name) => `name=${name},value=${base64("a secret of the twin")}`),
});

const targetOptions = (target: NotificationTarget): Said => {
  switch (target.type) {
    case "gotify": {
      const { type: _, token: __, ...rest } = target;
      return rest;
    }
    case "smtp": {
      const { type: _, password: __, ...rest } = target;
      return rest;
    }
    case "sendmail": {
      const { type: _, ...rest } = target;
      return rest;
    }
    case "webhook": {
      const { type: _, header: __, body: ___, secret: ____, ...rest } = target;
      return { ...rest, ...webhookOptions(target) };
    }
  }
};

const listed = [
  "mailto",
  "mailto-user",
  "target",
  "match-field",
  "match-severity",
  "match-calendar",
  "header",
  "secret",
];
const separators = Object.fromEntries(listed.map((option) => [option, lines]));

const filled = (config: Config): Config => dict(Object.entries(config).filter(([, value]) => value !== ""));

const buildNotifications = ({ world, inventory }: Building): void => {
  const { targets = {}, matchers = {} } = inventory.lab.notifications ?? {};
  const path = "/cluster/notifications";
  for (const [id, target] of Object.entries(targets)) {
    const request = ["POST", `${path}/endpoints/${target.type}`] as const;
    const options = filled(writtenOptions(targetOptions(target), { version: world.release, request, separators }));
    // What came with Proxmox keeps what is not said of it.
    const before = id === "mail-to-root" ? { "mailto-user": "root@pam" } : {};
    world.notifications.endpoints[id] = {
      type: target.type,
      id,
      options: dict(Object.entries({ ...before, ...options })),
    };
  }
  for (const [id, matcher] of Object.entries(matchers)) {
    const request = ["POST", `${path}/matchers`] as const;
    const options = filled(writtenOptions(matcher, { version: world.release, request, separators }));
    const before = id === "default-matcher" ? { target: "mail-to-root" } : {};
    world.notifications.matchers[id] = {
      type: "matcher",
      id,
      options: dict(Object.entries({ ...before, ...options })),
    };
  }
};

const mapEntry = (entry: object): string =>
  Object.entries(entry)
    .flatMap(([key, value]) => (value === undefined ? [] : `${key}=${String(value)}`))
    .join(",");

const buildMappings = ({ world, inventory }: Building): void => {
  for (const type of ["pci", "usb", "dir"] as const) {
    for (const [id, { map, ...rest }] of Object.entries(inventory.lab.mappings?.[type] ?? {})) {
      const said: Said = { ...rest, map: map.map(mapEntry) };
      const request = ["POST", `/cluster/mapping/${type}`] as const;
      world.mappings[type][id] = writtenOptions(said, { version: world.release, request, separators: { map: lines } });
    }
  }
};

/** What holds for the cluster as a whole: options, metric servers, notifications, mappings. */
export const buildDatacenter = (building: Building): void => {
  const { world, inventory } = building;
  const { cluster, monitoring } = inventory.lab;
  world.cluster.options = writtenOptions(cluster.options ?? {}, {
    version: world.release,
    request: ["PUT", "/cluster/options"],
    separators: { "registered-tags": ";" },
  });
  for (const [id, { type, token: _, headers, options, ...said }] of Object.entries(monitoring.metricServers ?? {})) {
    const whole: Said = { ...options, ...said, "otel-headers": headers === undefined ? undefined : base64("{}") };
    const request = ["POST", "/cluster/metrics/server/{id}"] as const;
    world.metricServers[id] = { type, id, options: writtenOptions(whole, { version: world.release, request }) };
  }
  buildNotifications(building);
  buildMappings(building);
};
