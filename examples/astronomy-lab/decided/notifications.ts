import { defineChapter, secret } from "@orrery/model";

export const notifications = defineChapter("notifications", {
  targets: {
    operations: {
      type: "smtp",
      server: "mail.lab.local",
      mode: "starttls",
      username: "proxmox",
      password: secret("env:SMTP_PASSWORD"),
      mailto: ["operations@lab.local"],
      "from-address": "proxmox@lab.local",
      comment: "the Infrastructure Team",
    },
  },
  matchers: {
    "what-failed": {
      target: ["operations"],
      "match-severity": ["error", "warning"],
      comment: "what succeeds is in the dashboards",
    },
  },
});
