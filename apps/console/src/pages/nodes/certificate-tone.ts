import type { Tone } from "../../marks/mark.tsx";

/** Days that a certificate has left, as the alert CertificateExpires judges them. */
export const certificateTone = (days: number): Tone => (days < 2 ? "bad" : days < 14 ? "warn" : "good");
