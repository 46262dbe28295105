/** All planted faults. */
import { DIRECTORY_FAULTS } from "./directory-faults.ts";
import type { PlantedFault } from "./fault.ts";
import { GUARD_FAULTS } from "./guard-faults.ts";
import { PROTOCOL_FAULTS } from "./protocol-faults.ts";
import { UPSTREAM_FAULTS } from "./upstream-faults.ts";
import { WRITE_FAULTS } from "./write-faults.ts";

export const FAULTS: readonly PlantedFault[] = [
  ...WRITE_FAULTS,
  ...PROTOCOL_FAULTS,
  ...DIRECTORY_FAULTS,
  ...GUARD_FAULTS,
  ...UPSTREAM_FAULTS,
];
