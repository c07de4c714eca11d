import type { Kind } from "../kind.ts";
import { firewallAlias } from "./alias.ts";
import { ipSet } from "./ip-set.ts";
import { firewallOptions } from "./options.ts";
import { firewallRules } from "./rules.ts";
import { securityGroup } from "./security-group.ts";
import { untilOff } from "./switching-off.ts";

/** What stands at a guest shields it: it is there before the guest starts. */
const shielding = (kind: Kind): Kind => ({
  ...kind,
  declared: (declaring) =>
    kind.declared(declaring).map((object) => {
      const guards = object.needs.find((need) => need.kind === "guest");
      return guards === undefined ? object : { ...object, guards };
    }),
});

export const firewallKinds = {
  "firewall alias": shielding(untilOff(firewallAlias)),
  "ip set": shielding(untilOff(ipSet)),
  "security group": untilOff(securityGroup),
  "firewall rules": shielding(untilOff(firewallRules)),
  "firewall options": shielding(firewallOptions),
} as const;
