import { z } from "zod";
import { localName, text } from "./names.ts";
import { plainOptions } from "./options.ts";
import { secretSchema } from "./secret.ts";

/** Where Proxmox sends its own figures every few seconds. */
export const metricServer = z.strictObject({
  /** `opentelemetry` from 9 on. */
  type: z.enum(["graphite", "influxdb", "opentelemetry"]),
  server: text,
  port: z.number().int().min(1).max(65_535),
  disable: z.boolean().optional(),
  /** InfluxDB over HTTP. */
  token: secretSchema.optional(),
  /** OpenTelemetry: headers, base64 of a JSON object, that may carry a token. */
  headers: secretSchema.optional(),
  /** All else, by Proxmox's names: `proto`, `path`, `bucket`, `organization`, `influxdbproto`, `mtu` … */
  options: plainOptions.optional(),
});
export type MetricServer = z.output<typeof metricServer>;

/** By the names that Proxmox has for them. */
export const metricServers = z.record(localName, metricServer);
