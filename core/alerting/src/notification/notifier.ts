import type { AlertReceiver } from "@orrery/model";
import type { Message } from "./render.ts";

/** What came of a message. */
export type Delivery =
  | { readonly kind: "sent" }
  | {
      readonly kind: "failed";
      /** For an operator; without secrets. */
      readonly why: string;
      /** Whether it may go better later: the other side is away or busy, rather than refusing. */
      readonly retryable: boolean;
    };

/** Hands messages to receivers. */
export type Notifier = {
  /**
   * Never rejects: what goes wrong is told.
   *
   * @param id the same for the same message each time, so that who gets it twice can tell
   */
  readonly send: (receiver: AlertReceiver, message: Message, id: string) => Promise<Delivery>;
};
