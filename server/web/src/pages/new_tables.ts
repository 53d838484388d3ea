// new_tables.ts - the members of a spec that the catalogue does not list, as
// rows of the form; and the shapes of what it does list.
import type {Json} from "../api/types";
import type {Row} from "./new_fields";

/** Entries of GET /optimizers?full=true, /functions, /schedules, /models,
 *  /losses, /datasets, in what the form reads of them. */
export interface Entry {
  name: string;
  sentence: string;
  formula?: string;
  parameters: Row[];
}

export interface Optimizer extends Entry {
  wrapper_parameters: Row[];
  needs: "residuals" | "rows" | "linear_model" | null;
  constraints: string[];
  dialects: Entry[];
}

export interface TestFunction extends Omit<Entry, "parameters"> {
  family: string | null;
  dimension: {default: number; low: number; high: number; multiple_of: number};
  instance: {default: number; low: number; high: number} | null;
}

export interface Schedule extends Entry {
  lists: Row[];
  holds: string | null;
}

export interface Model extends Entry {
  losses: string[];
  lists: Row[];
}

export interface Loss extends Entry {
  models: string[];
}

export interface Listed<T> {
  items: T[];
}

const positive = {low: 0, high: 1e100, low_included: true};

export const objectiveWords = [
  ["expression", "Formula"], ["function", "Function"],
  ["polynomial", "Polynomial"], ["quadratic", "Quadratic"],
  ["fit", "Fit"], ["model", "Model"],
] as const;

export type ObjectiveType = typeof objectiveWords[number][0];

/** What an objective is when one goes to its type for the first time. */
export const firstOf: Record<ObjectiveType, {[member: string]: Json}> = {
  expression: {type: "expression", expression: "x^2 + 3*y^2", variables: ["x", "y"]},
  function: {type: "function", name: "rosenbrock"},
  polynomial: {type: "polynomial", coefficients: [3, -12, 6]},
  quadratic: {type: "quadratic", A: [[12, 0], [0, 18]], b: [-12, -14]},
  fit: {
    type: "fit", formula: "b1*(1 - exp(-b2*x))", target: "y",
    parameters: ["b1", "b2"],
    dataset: {columns: {x: [1, 2, 3, 5, 8, 13], y: [2.1, 3.6, 4.6, 6, 7, 7.5]}},
  },
  model: {
    type: "model", dataset: "two_moons", target: "label",
    model: {type: "mlp", hidden: [16]}, standardize: true, validation_fraction: 0.2,
  },
};

/** Where one begins when the objective has no start of its own. */
export const startOf: Record<ObjectiveType, number[] | undefined> = {
  expression: [2, 1], function: undefined, polynomial: [-0.9],
  quadratic: [2, 2], fit: [1, 1], model: undefined,
};

export const objectiveRows: Record<ObjectiveType, Row[]> = {
  expression: [],
  function: [],
  polynomial: [
    {name: "coefficients", type: "numbers", wide: true,
     sentence: "c₀, c₁, c₂, … of c₀ + c₁x + c₂x² + …"},
  ],
  quadratic: [
    {name: "A", label: "A", type: "json", wide: true,
     sentence: "Symmetric, by rows: the loss is ½xᵀAx + bᵀx + c."},
    {name: "b", label: "b", type: "numbers", sentence: "A number a variable."},
    {name: "c", label: "c", type: "number"},
  ],
  fit: [
    {name: "formula", type: "formula", sentence: "Of columns and parameters."},
    {name: "target", type: "text", sentence: "The column that it is to meet."},
    {name: "parameters", type: "names", sentence: "What is looked for."},
  ],
  model: [
    {name: "target", type: "text", sentence: "The column that is learned."},
    {name: "validation_fraction", label: "validation part", type: "number", low: 0,
     high: 1, low_included: true, sentence: "Of the rows; looked at, not learned."},
    {name: "standardize", type: "flag",
     sentence: "Features less their mean, by their deviation."},
  ],
};

export const objectiveMore: Partial<Record<ObjectiveType, Row[]>> = {
  expression: [
    {name: "constants", type: "json", wide: true,
     sentence: "Numbers by name, as {\"a\": 2, \"w\": [1, 2, 3]}."},
  ],
  polynomial: [
    {name: "variables", type: "names", sentence: "Of several variables, with terms."},
    {name: "terms", type: "json", wide: true,
     sentence: "As [{\"coefficient\": 6, \"powers\": {\"x\": 2}}, {\"coefficient\": 3}]."},
  ],
  fit: [
    {name: "loss_scale", type: "number", sentence: "Of huber and epsilon_insensitive."},
    {name: "quantile", type: "number", sentence: "Of the loss quantile."},
    {name: "constants", type: "json", sentence: "Numbers by name in the formula."},
    {name: "fixed", type: "json", sentence: "Parameters that are known, by name."},
    {name: "weights", type: "json", sentence: "What the rows weigh: a column."},
    {name: "absolute_sigma", type: "flag", sentence: "Weights are of known errors."},
  ],
  model: [
    {name: "features", type: "names", wide: true,
     sentence: "The columns it is learned from; left out: all others."},
    {name: "l1", label: "l1", type: "number", ...positive, sentence: "Penalty l1 |w|₁."},
    {name: "l2", label: "l2", type: "number", ...positive, sentence: "Penalty ½ l2 |w|²."},
    {name: "loss_scale", type: "number", sentence: "Of huber and epsilon_insensitive."},
    {name: "quantile", type: "number", sentence: "Of the loss quantile."},
    {name: "class_weights", type: "json",
     sentence: "balanced, or what rows of a class weigh, as {\"yes\": 2}."},
    {name: "one_hot", type: "names",
     sentence: "Columns that become a feature for each of their words."},
    {name: "missing", type: "choice", choices: ["error", "mean", "drop"],
     sentence: "What becomes of missing values."},
    {name: "reduction", type: "choice", choices: ["mean", "sum"]},
    {name: "validation", type: "text", sentence: "Another dataset that is looked at."},
    {name: "intercept", type: "flag", sentence: "Whether there are biases."},
    {name: "standardize_target", type: "flag", sentence: "The target as well."},
  ],
};

/** Of objectives over rows. */
export const batchRows: Row[] = [
  {name: "batch_size", type: "json", default: "full", sentence: "Rows an update."},
  {name: "shuffle", type: "choice", default: "rows", choices: ["rows", "blocks", "none"]},
];

export const stopRows: Row[] = [
  {name: "max_iterations", type: "integer", sentence: "At most so many updates."},
  {name: "gradient_tolerance", type: "number", ...positive,
   sentence: "The gradient is at most this long."},
];

export const epochRow: Row =
  {name: "max_epochs", type: "integer", sentence: "At most so often through all rows."};

export const stopMore: Row[] = [
  {name: "loss_tolerance", type: "number", ...positive,
   sentence: "The loss changes by at most this."},
  {name: "step_tolerance", type: "number", ...positive,
   sentence: "A step is at most this long."},
  {name: "target_loss", type: "number", sentence: "The loss is as good as this."},
  {name: "patience", type: "integer", sentence: "So many updates (epochs) without a better loss."},
  {name: "max_evaluations", type: "integer", sentence: "The loss was asked for so often."},
  {name: "time_limit_s", label: "time limit", type: "number", sentence: "In seconds."},
  {name: "divergence_loss", type: "number", sentence: "A worse loss has diverged."},
];

export const jobRows: Row[] = [
  {name: "name", type: "text"},
  {name: "tags", type: "names", sentence: "For finding it again."},
];

export const jobMore: Row[] = [
  {name: "seed", type: "integer", sentence: "The same seed, the same run."},
  {name: "priority", type: "integer", sentence: "Higher ones begin first."},
  {name: "retention_s", label: "kept for", type: "number",
   sentence: "Seconds after its end; 0 for ever."},
  {name: "precision", type: "choice", choices: ["float64", "float32"],
   sentence: "Of models."},
];
