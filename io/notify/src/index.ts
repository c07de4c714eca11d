export { type Sending, sender } from "./sender.ts";
