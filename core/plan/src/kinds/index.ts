import type { ObjectKind } from "../compare/object-kind.ts";
import { accessKinds } from "./access/index.ts";
import { clusterKinds } from "./cluster/index.ts";
import { firewallKinds } from "./firewall/index.ts";
import { guestKinds } from "./guests/index.ts";
import type { Kind } from "./kind.ts";
import { networkKinds } from "./network/index.ts";
import { protectionKinds } from "./protection/index.ts";
import { storageKinds } from "./storage/index.ts";
import { underVeil } from "./veiled.ts";

/** Every kind of object, by its name. */
export const kinds: Readonly<Record<ObjectKind, Kind>> = underVeil({
  ...clusterKinds,
  ...accessKinds,
  ...networkKinds,
  ...storageKinds,
  ...firewallKinds,
  ...protectionKinds,
  ...guestKinds,
});
