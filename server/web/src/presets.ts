// presets.ts - jobs to begin with: one click starts each, or fills the form.
import type {Spec} from "./api/types";

export interface Preset {
  name: string;
  sentence: string;
  specs: Spec[];
}

const bowl = {
  type: "expression", expression: "6*x^2 + 9*y^2 - 12*x - 14*y + 3",
  variables: ["x", "y"],
};
const rosenbrock = {type: "function", name: "rosenbrock", dimension: 2};
const moons = {
  type: "model", dataset: "two_moons", target: "label",
  model: {type: "mlp", hidden: [16]}, standardize: true, validation_fraction: 0.2,
};

export const presets: Preset[] = [
  {
    name: "A parabola",
    sentence: "6x² − 12x + 3 from −0.9 at a learning rate of 0.03.",
    specs: [{
      name: "parabola", tags: ["article"],
      objective: {type: "polynomial", coefficients: [3, -12, 6]},
      start: [-0.9], optimizer: {type: "gradient_descent", learning_rate: 0.03},
      stop: {max_iterations: 200, gradient_tolerance: 1e-8},
    }],
  },
  {
    name: "A bowl, three starts",
    sentence: "6x² + 9y² − 12x − 14y + 3: every way leads to one minimum.",
    specs: [[-0.9, 2.1], [2.4, 2], [2.2, -0.6]].map((start, k) => ({
      name: `bowl, start ${k + 1}`, tags: ["article"], objective: bowl, start,
      optimizer: {type: "gradient_descent", learning_rate: 0.03},
      stop: {max_iterations: 200, gradient_tolerance: 1e-8},
    })),
  },
  {
    name: "Two minima",
    sentence: "Where one begins decides which of the two is found.",
    specs: [[-0.2, 1.4], [0.2, 1.4]].map((start, k) => ({
      name: `two minima, start ${k + 1}`, tags: ["minima"],
      objective: {
        type: "expression", variables: ["x", "y"],
        expression: "(x^2 - 1)^2 + y^2 + 0.2*x",
      },
      start, optimizer: {type: "gradient_descent", learning_rate: 0.05},
      stop: {max_iterations: 300, gradient_tolerance: 1e-8},
    })),
  },
  {
    name: "Rosenbrock by four",
    sentence: "Descent, momentum, Adam and L-BFGS in one bent valley.",
    specs: [
      {type: "gradient_descent", learning_rate: 0.001},
      {type: "sgd", learning_rate: 0.0005, momentum: 0.9},
      {type: "adam", learning_rate: 0.03},
      {type: "lbfgs"},
    ].map((optimizer, k) => ({
      name: `rosenbrock, ${["descent", "momentum", "Adam", "L-BFGS"][k]}`,
      tags: ["rosenbrock"], objective: rosenbrock, start: [-1.2, 1], optimizer,
      stop: {max_iterations: 4000, gradient_tolerance: 1e-8},
    })),
  },
  {
    name: "Batch and minibatch",
    sentence: "A small network on two moons: all rows at once, and 16 at a time.",
    specs: ["full", 16].map(batch => ({
      name: `two moons, ${batch === 16 ? "minibatch" : "full batch"}`,
      tags: ["moons"], objective: moons, seed: 1, batch_size: batch,
      optimizer: {type: "adam", learning_rate: 0.01}, stop: {max_epochs: 60},
    })),
  },
];
