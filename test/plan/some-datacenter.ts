import fc from "fast-check";

const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
const text = fc.constantFrom("Everybody's", "ümläut 😀, a=b; c", "two  blanks");
const secret = fc.constantFrom("env:SOME_TOKEN", "file:/run/secrets/token").map((from) => ({ kind: "secret", from }));

const without = <T extends object>(record: T): Partial<T> =>
  Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined)) as Partial<T>;

const options = fc
  .record({
    bwlimit: maybe(fc.constantFrom("migration=102400,restore=51200", { migration: 102400, clone: "0" })),
    "consent-text": maybe(fc.constant("Be good")),
    console: maybe(fc.constantFrom("html5", "xtermjs")),
    crs: maybe(fc.constantFrom("ha=static", { ha: "static", "ha-rebalance-on-start": true }, "ha=basic")),
    description: maybe(fc.constantFrom("# The lab", "two\nlines\n")),
    email_from: maybe(fc.constant("pve@example.org")),
    fencing: maybe(fc.constant("watchdog")),
    ha: maybe(fc.constantFrom({ shutdown_policy: "migrate" }, "shutdown_policy=conditional")),
    http_proxy: maybe(fc.constant("http://proxy.example.org:3128")),
    keyboard: maybe(fc.constantFrom("de", "en-us")),
    language: maybe(fc.constant("de")),
    mac_prefix: maybe(fc.constantFrom("bc:24:11", "02:00:00")),
    max_workers: maybe(fc.constantFrom(4, "8")),
    migration: maybe(
      fc.constantFrom("secure", "type=insecure,network=10.0.30.0/24", { network: "10.0.30.0/24", type: "insecure" }),
    ),
    "next-id": maybe(fc.constantFrom("lower=200,upper=300", { upper: 1000000, lower: 100 })),
    "registered-tags": maybe(fc.constantFrom("b;a", ["a", "b"], ["prod"])),
    "tag-style": maybe(
      fc.constantFrom({ shape: "full", "color-map": "prod:ff0000;dev:00ff00:ffffff" }, "ordering=config"),
    ),
    "user-tag-access": maybe(fc.constantFrom({ "user-allow": "list", "user-allow-list": "b;a" }, "user-allow=free")),
    webauthn: maybe(fc.constant({ id: "pve.example.org", rp: "lab", "allow-subdomains": "no" })),
  })
  .map(without);

const metricServers = fc
  .record({
    graphite: maybe(
      fc
        .record({
          disable: maybe(fc.boolean()),
          options: maybe(
            fc.constantFrom({ proto: "tcp", timeout: 3 }, { proto: "udp", path: "lab.pve" }, { mtu: 1500 }),
          ),
        })
        .map((drawn) => ({ type: "graphite", server: "10.0.20.31", port: 2003, ...without(drawn) })),
    ),
    influx: maybe(
      fc
        .record({
          token: maybe(secret),
          options: maybe(fc.constantFrom({ influxdbproto: "https", bucket: "lab", "verify-certificate": false }, {})),
        })
        .map((drawn) => ({ type: "influxdb", server: "influx.example.org", port: 8089, ...without(drawn) })),
    ),
  })
  .map(without);

const openTelemetry = fc
  .record({
    headers: maybe(secret),
    options: maybe(fc.constantFrom({ "otel-compression": "none" }, { "otel-timeout": 5 })),
  })
  .map((drawn) => ({ type: "opentelemetry", server: "10.0.20.31", port: 4318, ...without(drawn) }));

const every = { comment: maybe(text), disable: maybe(fc.boolean()) };
const mailto = fc.constantFrom(["b@example.org", "a@example.org"], ["a@example.org"]);

const targets = fc
  .record({
    chat: maybe(
      fc
        .record({ ...every, token: secret })
        .map((drawn) => ({ type: "gotify", server: "https://chat.example.org", ...without(drawn) })),
    ),
    post: maybe(
      fc.record({ ...every, mailto, author: maybe(text) }).map((drawn) => ({ type: "sendmail", ...without(drawn) })),
    ),
    relay: maybe(
      fc
        .record({
          ...every,
          mailto,
          "mailto-user": maybe(fc.constant(["root@pam"])),
          mode: maybe(fc.constantFrom("tls", "starttls")),
          port: maybe(fc.constant(587)),
          username: maybe(fc.constant("pve")),
          password: maybe(secret),
        })
        .map((drawn) => ({
          type: "smtp",
          server: "mail.example.org",
          "from-address": "pve@example.org",
          ...without(drawn),
        })),
    ),
    hook: maybe(
      fc
        .record({
          ...every,
          header: maybe(fc.constantFrom({ "X-Lab": "ümläut", Accept: "a, b" }, { "X-Key": "{{ secrets.key }}" })),
          body: maybe(fc.constant('{ "text": "{{ message }}" }')),
          secret: maybe(fc.dictionary(fc.constantFrom("key", "other"), secret)),
        })
        .map((drawn) => ({ type: "webhook", url: "https://hook.example.org", method: "post", ...without(drawn) })),
    ),
    "mail-to-root": maybe(
      fc.record(every).map((drawn) => ({ type: "sendmail", "mailto-user": ["root@pam"], ...without(drawn) })),
    ),
  })
  .map(without);

const matcher = fc
  .record({
    ...every,
    mode: maybe(fc.constantFrom("all", "any")),
    "invert-match": maybe(fc.boolean()),
    "match-field": maybe(fc.constantFrom(["exact:type=vzdump", "regex:hostname=^pve"], ["exact:type=fencing"])),
    "match-severity": maybe(fc.constantFrom(["warning,error"], ["error", "info"])),
    "match-calendar": maybe(fc.constant(["mon..fri 8-17"])),
  })
  .map(without);

const notifications = fc
  .record({ targets, loud: maybe(matcher), quiet: maybe(matcher), usual: maybe(matcher) })
  .map(({ targets: declared, loud, quiet, usual }) => {
    const all = Object.keys(declared);
    const everybody = { target: [...all].reverse() };
    return {
      targets: declared,
      matchers: without({
        loud: loud === undefined ? undefined : { ...loud, ...everybody },
        quiet: quiet === undefined ? undefined : { ...quiet, target: all.slice(0, 1) },
        "default-matcher": usual === undefined ? undefined : { ...usual, target: ["mail-to-root"] },
      }),
    };
  });

const nodes = ["pve1", "pve2", "pve3"] as const;
const onNodes = fc.subarray([...nodes], { minLength: 1 });

const mappings = fc
  .record({
    gpu: maybe(
      fc.record({
        description: maybe(text),
        mdev: maybe(fc.boolean()),
        map: onNodes.map((some) =>
          some.map((node) => ({
            node,
            path: "0000:01:00.0",
            id: "10de:2484",
            "subsystem-id": "10de:146b",
            iommugroup: 20,
          })),
        ),
      }),
    ),
    key: maybe(
      fc.record({
        description: maybe(text),
        map: onNodes.map((some) => some.map((node) => ({ node, id: "1050:0407", path: "1-2.3" }))),
      }),
    ),
    share: maybe(
      fc.record({
        description: maybe(text),
        map: onNodes.map((some) => some.map((node) => ({ node, path: "/srv/lab" }))),
      }),
    ),
  })
  .map(({ gpu, key, share }) => ({
    pci: gpu === undefined ? {} : { gpu: without(gpu) },
    usb: key === undefined ? {} : { key: without(key) },
    dir: share === undefined ? {} : { share: without(share) },
  }));

/** What a lab says of its cluster as a whole. */
export const someDatacenter = fc.record({
  options,
  metricServers,
  openTelemetry: maybe(openTelemetry),
  notifications,
  mappings,
});
export type Datacenter = typeof someDatacenter extends fc.Arbitrary<infer T> ? T : never;

/** The chapters, as far as a release knows them. */
export const chaptersOf = (drawn: Datacenter, release: string) => ({
  cluster: { options: drawn.options },
  monitoring: {
    thresholds: [],
    metricServers: {
      ...drawn.metricServers,
      ...(release === "8.4" || drawn.openTelemetry === undefined ? {} : { otel: drawn.openTelemetry }),
    },
  },
  notifications: drawn.notifications,
  mappings: drawn.mappings,
});
