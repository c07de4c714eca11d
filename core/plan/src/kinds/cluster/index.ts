import { dirMapping, pciMapping, usbMapping } from "./mapping.ts";
import { metricServer } from "./metric-server.ts";
import { notificationMatcher } from "./notification-matcher.ts";
import { notificationTarget } from "./notification-target.ts";
import { clusterOptions } from "./options.ts";

export const clusterKinds = {
  "cluster options": clusterOptions,
  "metric server": metricServer,
  "notification target": notificationTarget,
  "notification matcher": notificationMatcher,
  "pci mapping": pciMapping,
  "usb mapping": usbMapping,
  "dir mapping": dirMapping,
} as const;
