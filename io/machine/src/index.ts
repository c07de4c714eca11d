export { makeCertificate, makeKeys, type SelfMadeCertificate, type WantedCertificate } from "./certificate.ts";
export { isHeld, type JournalFile, JournalHeld, openJournal, readLines } from "./journal-file.ts";
export { keepFile, keptFile } from "./kept-file.ts";
export { readSecret } from "./secret.ts";
