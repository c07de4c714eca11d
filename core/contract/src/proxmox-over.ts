import type { Clock } from "./clock.ts";
import { contractOf } from "./contract.ts";
import { fillPath, type PveAnswer, unfold } from "./exchange.ts";
import { fold } from "./fold.ts";
import { follow } from "./follow.ts";
import type { CallOptions, Proxmox } from "./proxmox.ts";
import type { Method } from "./schema.ts";
import type { PveTransport } from "./transport.ts";
import type { PveVersion } from "./version.ts";
import type { ParameterValue } from "./wire.ts";

type AnyParameters = Readonly<Record<string, ParameterValue>>;

/** The port over a transport: what the HTTPS client and the in-process twin have in common. */
export const proxmoxOver = <V extends PveVersion>(version: V, transport: PveTransport, clock: Clock): Proxmox<V> => {
  const contract = contractOf(version);

  const request = async (
    method: Method,
    template: string,
    parameters: AnyParameters = {},
    { signal, withinMs }: CallOptions = {},
  ): Promise<PveAnswer<unknown>> => {
    const { path, node, params } = fillPath(method, template, parameters);
    const reply = await transport.send({ method, path, params, node, signal, withinMs });
    const answer = unfold(method, path, reply);
    const route = contract.route(method, template) ?? contract.find(method, path)?.route;
    return { ...answer, data: fold(route?.returns, answer.data) };
  };

  // The one place where the contract's word is taken for the type of what went in and of what came off the wire.
  const call =
    (method: Method) =>
    async (path: string, ...[parameters, options]: readonly unknown[]): Promise<never> =>
      (await request(method, path, parameters as AnyParameters, options as CallOptions)).data as never;

  return {
    version,
    get: call("GET"),
    post: call("POST"),
    put: call("PUT"),
    delete: call("DELETE"),
    request,
    follow: (upid, options) =>
      follow((path, parameters, callOptions) => request("GET", path, parameters, callOptions), clock, upid, options),
  };
};
