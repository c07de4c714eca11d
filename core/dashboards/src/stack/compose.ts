import { type Yaml, yaml } from "@orrery/alerting";
import { dashboardsFolder } from "./provisioning.ts";

/** Versions that are known to take what is written here. */
const images = {
  node: "node:24.21.0-bookworm-slim",
  postgres: "postgres:18.6-alpine",
  prometheus: "prom/prometheus:v3.5.0",
  alertmanager: "prom/alertmanager:v0.28.1",
  grafana: "grafana/grafana:12.2.1",
} as const;

const dockerfile = [
  `FROM ${images.node}`,
  "WORKDIR /orrery",
  "COPY . .",
  // The console is built with what is needed for that alone.
  "RUN npm ci --no-audit --no-fund && node apps/console/build/main.ts && npm prune --omit=dev --no-audit --no-fund",
  "RUN mkdir -p /var/lib/orrery && chown node:node /var/lib/orrery",
  "USER node",
  "",
].join("\n");

/** Nobody but this machine may ask, until somebody writes another address. */
const onThisMachine = (port: number): string => `127.0.0.1:${port}:${port}`;

const confined: { readonly [key: string]: Yaml } = {
  restart: "unless-stopped",
  cap_drop: ["ALL"],
  security_opt: ["no-new-privileges:true"],
};

/** What whoever starts it has to say. Compose refuses to start without, and tells why. */
const said = (name: string, what: string): string => `\${${name}:?${what}}`;

/** A dollar of the shell's own, which Compose would take for one of its variables. */
const fromFile = (secret: string): string => `$$(cat /run/secrets/${secret})`;

const orrery = (command: string, more: { readonly [key: string]: Yaml }): Yaml => ({
  image: "orrery:local",
  command: ["sh", "-c", command],
  ...more,
  ...confined,
});

const lab = `${said("ORRERY_LAB", "the folder of the declaration")}:/lab:ro`;
const cluster = {
  ORRERY_URL: said("ORRERY_URL", "https://pve1:8006, or several with commas"),
  ORRERY_CA: "/run/secrets/pve_ca",
};
const main = "exec node apps/cli/src/main.mjs";

/** Secrets are read from files beside it. */
export const secretFiles = ["pve_token", "pve_ca", "postgres_password", "grafana_admin_password"] as const;

export const composeFile = (): string =>
  yaml({
    name: "orrery",
    services: {
      postgres: {
        image: images.postgres,
        environment: {
          POSTGRES_USER: "orrery",
          POSTGRES_DB: "orrery",
          POSTGRES_PASSWORD_FILE: "/run/secrets/postgres_password",
        },
        secrets: ["postgres_password"],
        volumes: ["postgres:/var/lib/postgresql"],
        healthcheck: {
          test: ["CMD-SHELL", "pg_isready -U orrery -d orrery"],
          interval: "5s",
          timeout: "5s",
          retries: 12,
        },
        restart: "unless-stopped",
        security_opt: ["no-new-privileges:true"],
      },
      orrery: orrery(
        `DATABASE_URL="postgresql://orrery:${fromFile("postgres_password")}@postgres:5432/orrery" ORRERY_TOKEN="${fromFile("pve_token")}" ${main} serve /lab --listen 0.0.0.0:7443`,
        {
          build: { context: said("ORRERY_SOURCE", "a checkout of Orrery"), dockerfile_inline: dockerfile },
          environment: { ...cluster, ORRERY_HOME: "/var/lib/orrery" },
          secrets: ["pve_token", "pve_ca", "postgres_password"],
          volumes: [lab, "orrery:/var/lib/orrery"],
          ports: [onThisMachine(7443)],
          depends_on: { postgres: { condition: "service_healthy" } },
        },
      ),
      exporter: orrery(`ORRERY_TOKEN="${fromFile("pve_token")}" ${main} exporter --lab /lab --listen 0.0.0.0:9221`, {
        pull_policy: "never",
        environment: cluster,
        secrets: ["pve_token", "pve_ca"],
        volumes: [lab],
        // It has the image that is built for the other.
        depends_on: { orrery: { condition: "service_started" } },
      }),
      prometheus: {
        image: images.prometheus,
        command: [
          "--config.file=/etc/prometheus/prometheus.yml",
          "--storage.tsdb.path=/prometheus",
          "--storage.tsdb.retention.time=90d",
        ],
        volumes: [
          "./prometheus.yml:/etc/prometheus/prometheus.yml:ro",
          "./rules:/etc/prometheus/rules:ro",
          "./compose/targets:/etc/prometheus/targets:ro",
          "prometheus:/prometheus",
        ],
        ports: [onThisMachine(9090)],
        ...confined,
      },
      alertmanager: {
        image: images.alertmanager,
        command: [
          "--config.file=/etc/alertmanager/alertmanager.yml",
          "--storage.path=/alertmanager",
          "--cluster.listen-address=",
        ],
        volumes: ["./alertmanager:/etc/alertmanager:ro", "alertmanager:/alertmanager"],
        ports: [onThisMachine(9093)],
        ...confined,
      },
      grafana: {
        image: images.grafana,
        environment: {
          GF_SECURITY_ADMIN_PASSWORD__FILE: "/run/secrets/grafana_admin_password",
          GF_USERS_ALLOW_SIGN_UP: "false",
          GF_ANALYTICS_REPORTING_ENABLED: "false",
          GF_ANALYTICS_CHECK_FOR_UPDATES: "false",
          PROMETHEUS_URL: "http://prometheus:9090",
          ALERTMANAGER_URL: "http://alertmanager:9093",
        },
        secrets: ["grafana_admin_password"],
        volumes: [
          "./grafana/provisioning:/etc/grafana/provisioning:ro",
          `./grafana/dashboards:${dashboardsFolder}:ro`,
          "grafana:/var/lib/grafana",
        ],
        ports: [onThisMachine(3000)],
        depends_on: { prometheus: { condition: "service_started" } },
        ...confined,
      },
    },
    secrets: Object.fromEntries(secretFiles.map((name): [string, Yaml] => [name, { file: `./secrets/${name}` }])),
    volumes: Object.fromEntries(
      ["postgres", "orrery", "prometheus", "alertmanager", "grafana"].map((name): [string, Yaml] => [name, {}]),
    ),
  });
