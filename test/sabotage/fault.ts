/** A fault worth planting: it was somebody's bug, or takes away one thing that the design rests on. */

export interface Edit {
  readonly file: string;
  /** Stands in the file exactly once. */
  readonly find: string;
  readonly replace: string;
}

export interface PlantedFault {
  readonly name: string;
  readonly edits: readonly Edit[];
  /** The file whose tests have to turn red, and a part of the name of each kind of them. */
  readonly test: string;
  readonly named: readonly string[];
}
