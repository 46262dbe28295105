/** Phones and regions as requests carry them, and what becomes of them where the phone rules are on. */

/** What a request says, as attributes. */
export interface Sent {
  readonly number?: string;
  readonly region?: string;
  /** Inside the value. */
  readonly inner?: string;
}

interface Case {
  readonly name: string;
  readonly sent: Sent;
  /** The region that is kept, or the code of the refusal. */
  readonly expected: { region: string } | { refusal: "phone_region_mismatch" | "phone_needs_plus" };
}

const MISMATCH = { refusal: "phone_region_mismatch" } as const;
const NEEDS_PLUS = { refusal: "phone_needs_plus" } as const;

export const PHONES: Case[] = [
  {
    name: "A65 cuts the region out of the number",
    sent: { number: "+8613800000000" },
    expected: { region: "86" },
  },
  {
    name: "A65 cuts it out before a hyphen",
    sent: { number: "+86-13800000000" },
    expected: { region: "86" },
  },
  {
    name: "A65 cuts out a region of one digit",
    sent: { number: "+1 (415) 555-2671" },
    expected: { region: "1" },
  },
  {
    name: "A65 cuts out a region of three digits",
    sent: { number: "+852 2345 6789" },
    expected: { region: "852" },
  },
  {
    name: "A65 cuts out a region that nobody has yet",
    sent: { number: "+999123456789" },
    expected: { region: "999" },
  },
  {
    name: "A65 takes a number that nobody has",
    sent: { number: "+8610000000000" },
    expected: { region: "86" },
  },
  {
    name: "A65 reads a number that is a URI",
    sent: { number: "tel:+86-138-0000-0000" },
    expected: { region: "86" },
  },
  {
    name: "A66 takes a region equal to the number's",
    sent: { number: "+8613800000000", region: "86" },
    expected: { region: "86" },
  },
  {
    name: "A66 takes an equal region with its plus",
    sent: { number: "+86-13800000000", region: "+86" },
    expected: { region: "86" },
  },
  {
    name: "A66 takes an equal region inside the value",
    sent: { number: "+8613800000000", inner: "86" },
    expected: { region: "86" },
  },
  {
    name: "A66 takes the region in both places",
    sent: { number: "+8613800000000", region: "+86", inner: "86" },
    expected: { region: "86" },
  },
  {
    name: "A67 refuses a region that differs from the number's",
    sent: { number: "+8613800000000", region: "1" },
    expected: MISMATCH,
  },
  {
    name: "A67 refuses one that only begins like it",
    sent: { number: "+8613800000000", region: "861" },
    expected: MISMATCH,
  },
  {
    name: "A67 refuses a different region inside the value",
    sent: { number: "+8613800000000", inner: "1" },
    expected: MISMATCH,
  },
  {
    name: "A67 refuses two regions that differ",
    sent: { number: "13800000000", region: "86", inner: "1" },
    expected: MISMATCH,
  },
  {
    name: "A67 refuses a region that is the one of before",
    sent: { number: "+8613800000000", region: "49" },
    expected: MISMATCH,
  },
  {
    name: "A68 takes a number without region for one of 86",
    sent: { number: "13800000000" },
    expected: { region: "86" },
  },
  {
    name: "A68 takes bare digits for a local number",
    sent: { number: "8613800000000" },
    expected: { region: "86" },
  },
  {
    name: "A68 takes a local number in groups",
    sent: { number: "010-1234 5678" },
    expected: { region: "86" },
  },
  {
    name: "A69 keeps the region given beside a local number",
    sent: { number: "23456789", region: "852" },
    expected: { region: "852" },
  },
  {
    name: "A69 keeps it without its plus",
    sent: { number: "13800000000", region: "+86" },
    expected: { region: "86" },
  },
  {
    name: "A69 keeps the one inside the value",
    sent: { number: "23456789", inner: "852" },
    expected: { region: "852" },
  },
  {
    name: "A69 takes an area code that looks like a region",
    sent: { number: "212-555-2671", region: "1" },
    expected: { region: "1" },
  },
  {
    name: "A64 refuses a prefix of zeros",
    sent: { number: "008613800000000" },
    expected: NEEDS_PLUS,
  },
  {
    name: "A64 refuses a region before a hyphen without plus",
    sent: { number: "86-13800000000" },
    expected: NEEDS_PLUS,
  },
  {
    name: "A64 refuses a region before a blank without plus",
    sent: { number: "86 13800000000" },
    expected: NEEDS_PLUS,
  },
  {
    name: "A64 refuses it also beside that region",
    sent: { number: "86-13800000000", region: "86" },
    expected: NEEDS_PLUS,
  },
  {
    name: "A64 refuses it also beside another region",
    sent: { number: "86-13800000000", region: "1" },
    expected: NEEDS_PLUS,
  },
];
