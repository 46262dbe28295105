/** A step of a run: from the batch that ended the one before to its own. */
export interface StepCost {
  readonly trips: number;
  readonly rowsRead: number;
  readonly rowsWritten: number;
  /** Epoch milliseconds. */
  readonly endedAt: number;
}
