/**
 * Where pages ended, so that the next one by `startIndex` need not skip all rows before it. An
 * anchor says behind whom a page ended, not how many stand before: after somebody of an earlier
 * page was deleted, the next page begins with the person who comes next, where counting anew would
 * pass one over, and after a newcomer it doesn't show one twice. So the total may change and an
 * anchor stays good; with another source, another list or another configuration it is not asked for.
 */
import type { Position } from "../directory/order.ts";

interface Anchor {
  readonly position: Position;
  /** Epoch milliseconds. */
  readonly expires: number;
}

const anchors = new Map<string, Anchor>();
const ANCHORS_MAX = 2_000;

/** Long enough for a client that works through each page; then an index means what it says again. */
const ANCHOR_MS = 5 * 60 * 1000;

/** What the page that begins at `startIndex` comes after, if this isolate knows. */
export function anchorAt(list: string, startIndex: number, now: number): Position | undefined {
  const anchor = anchors.get(keyOf(list, startIndex));
  return anchor !== undefined && anchor.expires > now ? anchor.position : undefined;
}

/** `position` is the last row's of a page, `startIndex` that of the page after it. */
export function rememberAnchor(
  list: string,
  startIndex: number,
  position: Position,
  now: number,
): void {
  const key = keyOf(list, startIndex);
  anchors.delete(key);
  // A map gives its keys in the order they were set in.
  const [oldest] = anchors.keys();
  if (anchors.size >= ANCHORS_MAX && oldest !== undefined) anchors.delete(oldest);
  anchors.set(key, { position, expires: now + ANCHOR_MS });
}

function keyOf(list: string, startIndex: number): string {
  return `${startIndex} ${list}`;
}
