// data_types.ts - what the API answers about datasets, as pages read it.
import type {Json, Real} from "../api/types";

export interface DataColumn {
  name: string;
  kind: "integer" | "number" | "category" | "text";
  missing: number;
  mean?: Real;
  deviation?: Real;
  min?: Real;
  max?: Real;
  distinct?: number;
  values?: (string | number)[];
}

export interface DatasetSummary {
  /** null of what is built in. */
  id: string | null;
  name: string;
  names: string[];
  built_in: boolean;
  created_at: string | null;
  /** Of what is built in. */
  sentence?: string;
  target?: string;
  classes?: boolean;
  source?: string;
  rows: number;
  sparse: boolean;
  nonzeros: number | null;
  features: number;
  missing: number;
  bytes: number;
  sha256: string | null;
  read_as: {[member: string]: Json};
}

export interface Dataset extends DatasetSummary {
  column_count: number;
  columns: DataColumn[];
}

export interface DatasetList {
  items: DatasetSummary[];
  next: string | null;
}

export interface DatasetPreview {
  rows_total: number;
  column_count: number;
  columns: string[];
  rows: Json[][];
}
