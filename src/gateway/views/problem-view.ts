/** Why something is not as it should be, with what a person can do about it. `since` is epoch ms. */
export interface ProblemView {
  readonly code: string;
  readonly message: string;
  readonly hint: string;
  readonly since: number;
}
