import { defineNetwork, unknown } from "@orrery/model";

const vlansOfLinks = unknown("no document says which VLANs the links between switches and to the firewall carry");
const wan = unknown("the WAN uplink's speed is stated nowhere");

/** Section 3.2, and the lab's hardware page. */
export const network = defineNetwork({
  vlans: {
    10: { subnet: "10.25.10.0/24", purpose: "Control Plane" },
    20: { subnet: "10.25.20.0/24", purpose: "Primary Workload Traffic" },
    30: { subnet: "10.25.30.0/24", purpose: "Future Expansion" },
    40: { subnet: "10.25.40.0/24", purpose: "Provisioning / Onboarding" },
    50: { subnet: "10.25.50.0/24", purpose: "Migration Traffic" },
    60: { subnet: "10.25.60.0/24", purpose: "Backup Traffic" },
  },
  switches: {
    labswitch01: {
      model: "Mokerlink 2G16210GSM",
      ports: [
        { kind: "RJ45", count: 16, speed: "2.5 Gbps" },
        { kind: "SFP", count: 2, speed: "10 Gbps" },
      ],
    },
    labswitch02: {
      model: "Sodola SL-SWTG3C12F",
      ports: [
        { kind: "SFP", count: 12, speed: "10 Gbps" },
        { kind: "console", count: 1 },
      ],
    },
  },
  lags: {
    interconnect: { between: ["labswitch01", "labswitch02"], links: 2, speed: "10 Gbps", vlans: vlansOfLinks },
  },
  firewalls: {
    fortigate: { model: "Fortigate 40F", switch: "labswitch01", routes: vlansOfLinks, inbound: [], outbound: true },
  },
  uplinks: {
    wan: { via: "fortigate", down: wan, up: wan },
  },
});
