import { defineNetwork } from "@orrery/model";
import { network as written } from "../network.ts";

const all = [10, 20, 30, 40, 50, 60];

/** The first address of a subnet is the firewall's. */
const routed = <T extends { readonly subnet: unknown }>(vlan: T, gateway: string) => ({ ...vlan, gateway });

export const network = defineNetwork({
  ...written,
  vlans: {
    10: routed(written.vlans[10], "10.25.10.1"),
    20: routed(written.vlans[20], "10.25.20.1"),
    30: routed(written.vlans[30], "10.25.30.1"),
    40: routed(written.vlans[40], "10.25.40.1"),
    // Between nodes, and between nodes and the backup server: nothing is routed there.
    50: written.vlans[50],
    60: written.vlans[60],
  },
  lags: {
    interconnect: { between: ["labswitch01", "labswitch02"], links: 2, speed: "10 Gbps", vlans: all },
  },
  firewalls: {
    fortigate: {
      model: "Fortigate 40F",
      switch: "labswitch01",
      speed: "1 Gbps",
      routes: [10, 20, 30, 40],
      inbound: [],
      outbound: true,
    },
  },
});
