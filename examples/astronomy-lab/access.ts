import { defineChapter, unknown } from "@orrery/model";

const policies = "itil-policies-and-procedures";

/** Section 5.1. */
export const access = defineChapter("access", {
  realms: {
    // Every Proxmox VE has it, and the document does not speak of it.
    pam: { kind: "pam", mfa: unknown("5.1 speaks of Entra ID only; root@pam signs in here") },
    entra: {
      kind: "openid",
      name: "Entra ID",
      mfa: { required: true, enforcedBy: "Entra ID" },
      issuer: unknown("stated nowhere"),
      groupsOverwrite: unknown("stated nowhere; Proxmox by default only adds groups at sign-in"),
    },
  },
  tokens: unknown("5.1 says token-based with minimal privileges, and lists none"),
  breakGlass: unknown("no document names an account for when Entra ID cannot be reached"),
  methods: [
    {
      type: "Administrative Access",
      method: "Role-based with Entra ID MFA",
      realm: "entra",
      document: `${policies}/Access-Management/ACC-AUTH-001.md`,
    },
    {
      type: "API Access",
      method: "Token-based with minimal privileges",
      document: `${policies}/Access-Management/ACC-AUTH-002.md`,
    },
    {
      type: "Remote Access",
      method: "SSL/TLS with certificate validation",
      document: `${policies}/Security-Policies/SEC-CONN-001.md`,
    },
  ],
});
