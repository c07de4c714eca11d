export type { Credentials } from "./access/login.ts";
export { hashPassword } from "./access/password.ts";
export { newCsrfToken, newTicket } from "./access/ticket.ts";
export { type AnswerFormat, type Written, writeAnswer } from "./answer-text.ts";
export { type ApiAnswer, type ApiRequest, dispatch } from "./dispatch.ts";
export { answerHttp, type HttpRequest } from "./http/exchange.ts";
export { type InProcess, InProcessTransport } from "./in-process.ts";
export { isModelled, modelledMethods } from "./modelled.ts";
export { type Twin, twinOf } from "./twin.ts";
