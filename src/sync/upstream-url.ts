/**
 * Which addresses an upstream may have. Names alone: an address in any spelling could be one of the
 * network that this runs in. What a name resolves to can't be seen from here.
 */
import { ScimError } from "../scim/error.ts";

const LENGTH_MAX = 2_048;
/** RFC 1035 §2.3.4. */
const HOST_LENGTH_MAX = 253;
const LABEL = /^(?!-)[a-z0-9_-]{1,63}(?<!-)$/;
/** Of names that lead nowhere, or back to where this runs. RFC 6761 §6.3, RFC 6762 §3, RFC 8375. */
const LOCAL_NAMES = ["localhost", "localdomain", "local", "internal", "home.arpa"];
// An IPv4 address in whatever spelling has become this one when a URL was parsed.
const IPV4 = /^\d+\.\d+\.\d+\.\d+$/;

export interface UrlRules {
  /** Under a development flag: http and https to this machine itself. */
  readonly allowLoopback: boolean;
}

/** Throws `upstream_url_refused`. The URL itself is not in the detail: its query may hold a secret. */
export function checkUpstreamUrl(text: string, { allowLoopback }: UrlRules): URL {
  if (text.length > LENGTH_MAX) throw refusal(`is longer than ${LENGTH_MAX} characters`);
  // The parser would drop or turn them, and show another URL than was typed.
  if (!/^https?:\/\/[^\s\\\p{Cc}]+$/iu.test(text)) throw refusal("is not an https URL");
  const url = URL.parse(text);
  if (url === null) throw refusal("is not a URL");
  if (url.username !== "" || url.password !== "" || hasUserInfo(text)) {
    throw refusal("has a user name or a password");
  }
  if (text.includes("#")) throw refusal("has a fragment");
  if (url.port === "0") throw refusal("has port 0");
  if (allowLoopback && isLoopback(url.hostname)) return url;
  if (url.protocol !== "https:") throw refusal("is not https");
  checkHost(url.hostname);
  return url;
}

/** The parser drops an empty user name. */
function hasUserInfo(text: string): boolean {
  const [authority = ""] = text.slice(text.indexOf("//") + 2).split(/[/?#]/, 1);
  return authority.includes("@");
}

function isLoopback(host: string): boolean {
  return host === "localhost" || host === "[::1]" || (IPV4.test(host) && host.startsWith("127."));
}

function checkHost(host: string): void {
  if (host.startsWith("[") || IPV4.test(host)) throw refusal("has an IP address for a host");
  const labels = host.split(".");
  if (host.length > HOST_LENGTH_MAX || !labels.every((label) => LABEL.test(label))) {
    throw refusal("has a host that is no name");
  }
  const isLocal = LOCAL_NAMES.some((name) => host === name || host.endsWith(`.${name}`));
  if (labels.length < 2 || isLocal) throw refusal("has the name of a local host");
}

function refusal(problem: string): ScimError {
  return new ScimError("upstream_url_refused", `The URL ${problem}`);
}
