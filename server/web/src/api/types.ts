// types.ts - what the API answers, in the members that the pages read.

export type State = "queued" | "running" | "paused" | "completed" | "failed" |
  "canceled";

/** A number that JSON can hold; null where it was not finite or is absent. */
export type Real = number | null;

export interface Outcome {
  class: "converged" | "budget" | "diverged";
  reason: string;
  message?: string;
}

export interface Job {
  id: string;
  state: State;
  requested: "cancel" | "pause" | null;
  name: string | null;
  tags: string[];
  priority: number;
  parent: string | null;
  sweep: string | null;
  objective: string;
  optimizer: string;
  dimension: number;
  created_at: string;
  started_at: string | null;
  finished_at: string | null;
  expires_at: string | null;
  /** null until it runs. */
  progress: {
    iteration: number;
    max_iterations: number | null;
    fraction: number | null;
    epoch: number | null;
    iterations_per_s: number | null;
    eta_s: number | null;
  } | null;
  current: {loss: Real; gradient_norm: Real} | null;
  best: {iteration: number; loss: Real} | null;
  outcome: Outcome | null;
  error: Problem | null;
  warnings: {code?: string; detail?: string}[];
  /** In lists with ?sparkline=N: losses, first to last; null without rows. */
  sparkline?: {loss: Real[]} | null;
}

export interface JobList {
  items: Job[];
  next: string | null;
  /** How many jobs of the whole store are in each state; of the completed ones
   *  how many in each class of outcome. */
  counts: Partial<Record<State | Outcome["class"], number>>;
  /** With ?ids=: those that there are not. */
  missing?: string[];
}

export interface Nonfinite {
  iteration: number;
  field: string;
  value: "nan" | "+inf" | "-inf";
}

export interface Trace {
  job: string;
  range: {from: number; to: number};
  available: {count: number; last: number; every: number};
  complete: boolean;
  sampling: {method: string; by?: string; points: number; exact: boolean};
  variables: string[] | null;
  columns: Record<string, Real[]> & {iteration: number[]};
  nonfinite: Nonfinite[];
  next: number | null;
}

export interface Minimum {
  x: number;
  y?: number;
  loss: number;
  known: boolean;
  distance?: number;
}

export interface Landscape {
  job?: string;
  plane: {
    kind: "coordinates" | "path";
    dimension: number;
    dims?: number[];
    variables?: string[];
    explained?: number;
    sentence: string;
  };
  at: number[] | null;
  at_iteration?: number;
  bounds: number[];
  nonfinite: number;
  least: Real;
  greatest: Real;
  x: number[];
  y?: number[];
  /** Of one variable a row of numbers, else rows of them. */
  loss: Real[][] | Real[];
  minima: Minimum[];
  path?: {
    recorded: number;
    exact: boolean;
    outside: number;
    iteration: number[];
    x: Real[];
    y?: Real[];
    loss: Real[];
  };
}

export interface Result {
  final: boolean;
  iterations: number;
  evaluations: {loss: number; gradient: number};
  loss: Real;
  gradient_norm: Real;
  x: Real[];
  best: {iteration: number; loss: Real; x: Real[]};
  outcome: Outcome | null;
  elapsed_s: number;
  trace_sha256?: string;
  [more: string]: unknown;
}

/** One fault of a request: in its body (pointer) or its query (parameter). */
export interface Fault {
  pointer?: string;
  parameter?: string;
  code: string;
  detail: string;
  suggestion?: string;
  line?: number;
  column?: number;
}

export interface Problem {
  type: string;
  title: string;
  status: number;
  detail?: string;
  advice?: string;
  errors?: Fault[];
  request_id?: string;
}

export type Json = null | boolean | number | string | Json[] |
  {[member: string]: Json | undefined};

/** A member that is undefined is not sent. */
export type Spec = {[member: string]: Json | undefined};

/** GET /queue. */
export interface Queue {
  ready: boolean;
  /** Why jobs cannot be posted. */
  problem: Problem | null;
  depth: number;
  by_priority: {priority: number; jobs: number}[];
  /** Of priorities that are less than those. */
  below: number;
  workers: {count: number; busy: number};
  counts: JobList["counts"];
  running: Job[];
  store: {bytes: number; log_bytes: number; disk_free_bytes: number; disk_bytes: number};
}
