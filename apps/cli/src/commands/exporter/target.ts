/**
 * The address that `?target=` names, as the client takes it: a host, `host:port`, or `https://host:port`. Undefined of
 * what is no address.
 */
export const targetUrl = (target: string): string | undefined => {
  const text = /^https:\/\//i.test(target) ? target : `https://${bracketed(target)}`;
  if (!URL.canParse(text)) return undefined;
  const { protocol, hostname, port, username, pathname, search } = new URL(text);
  if (protocol !== "https:" || username !== "" || !/^\/?$/.test(pathname) || search !== "") return undefined;
  const isHttps = /:443\/?$/.test(text);
  return `https://${hostname}:${port === "" ? (isHttps ? "443" : "8006") : port}`;
};

/** A bare IPv6 address is written without brackets in Prometheus' targets. */
const bracketed = (target: string): string =>
  /^[0-9a-f:]*:[0-9a-f:]*:[0-9a-f:]*$/i.test(target) ? `[${target}]` : target;
