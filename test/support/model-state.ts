/** What the reference model keeps of sources, people and groups. */

export type ModelToken = { readonly id: string; readonly secret: string; enabled: boolean };
export type ModelSource = { profile: string; enabled: boolean; tokens: readonly ModelToken[] };

export interface Kept {
  readonly id: string;
  readonly owner: number;
  /** When it was deleted, as a count; 0 while it lives. */
  gone: number;
  version: number;
}

export interface UserBody {
  readonly userName?: string;
  readonly externalId?: string | undefined;
  readonly displayName?: string | undefined;
  readonly active?: boolean;
}
export type NewUser = UserBody & { readonly userName: string };
export type ModelUser = Kept & NewUser & { readonly active: boolean };
export type ModelGroup = Kept & { readonly displayName: string; members: ReadonlySet<string> };

/** The status, and the resource that the answer is about. */
export type Answered = { readonly status: number; readonly one?: ModelUser | ModelGroup };

/** Those that the source sees. */
export function own<T extends Kept>(all: readonly T[], owner: number, id: string): T | undefined {
  return all.find((one) => one.id === id && one.owner === owner && one.gone === 0);
}
