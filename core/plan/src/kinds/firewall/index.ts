import { firewallAlias } from "./alias.ts";
import { ipSet } from "./ip-set.ts";
import { firewallOptions } from "./options.ts";
import { firewallRules } from "./rules.ts";
import { securityGroup } from "./security-group.ts";

export const firewallKinds = {
  "firewall alias": firewallAlias,
  "ip set": ipSet,
  "security group": securityGroup,
  "firewall rules": firewallRules,
  "firewall options": firewallOptions,
} as const;
